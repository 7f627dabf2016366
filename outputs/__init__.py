"""From decisions to datasets: schema, version store, manifest, card, report, exports."""
