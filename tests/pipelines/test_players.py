from generators.brief import briefs_of
from generators.domains.registry import domain_named
from pipelines.players import Models, casting
from pipelines.recipe_file import load_recipe
from tests.builds import SMALLEST
from tests.played import cases


def test_players_are_told_what_their_briefs_say_and_nothing_else():
    plan, persona = cases("cloakroom", 1)[0]
    domain = domain_named("cloakroom")
    cast = casting(load_recipe(SMALLEST), plan, persona, domain, attempt=0, models=Models())
    assert cast.briefs == briefs_of(plan, domain, persona)
    assert list(cast.players) == ["user", "agent"]
