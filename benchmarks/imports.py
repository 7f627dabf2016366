"""How long a schema takes to become domains, and plans about them: ``python -m benchmarks.imports SCHEMA
ENTITIES``."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from generators.blueprint import Blueprint
from generators.domains.services.importing.sgd import import_schema
from generators.domains.services.loader import service_domain
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from personas.sampler import sample_personas

MOST_SECONDS = 30.0
"""What 26 services with 19,000 rows may take."""
_PLANS = 20


def main(schema: Path, entities: Path) -> int:
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        found = list(import_schema(schema, entities, Path(folder)))
        imported = time.perf_counter() - began
        done = [each for each in found if not each.problem]
        print(f"import          {len(done)} of {len(found)} services, {imported:.1f} s")
        began = time.perf_counter()
        domains = [service_domain(Path(each.folder)) for each in done]
        print(f"load            {(time.perf_counter() - began) * 1000 / len(domains):.0f} ms each")
        people = sample_personas(_PLANS, 1).personas
        spec, made, refused, seconds = PlanSpec(goals={1: 0.5, 2: 0.35, 3: 0.15}), 0, 0, 0.0
        for domain in domains:
            for seed in range(spec.worlds):
                domain.seed(seed)
            began = time.perf_counter()
            for index, persona in enumerate(people):
                plan = plan_blueprint(domain, persona, spec, 1, index)
                made, refused = (
                    made + isinstance(plan, Blueprint),
                    refused + (not isinstance(plan, Blueprint)),
                )
            seconds += time.perf_counter() - began
        print(
            f"checked plans   {made / seconds:.0f} a second, {refused} refused of {made + refused}"
        )
    return 0 if imported < MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
