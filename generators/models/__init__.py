"""Language models that are asked over the OpenAI protocol: what is asked, the wire, and who answers."""
