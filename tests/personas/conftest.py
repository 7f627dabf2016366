import pytest

from personas.sampler import PersonaSample, sample_personas


@pytest.fixture(scope="session")
def crowd() -> PersonaSample:
    return sample_personas(5000, seed=2024)
