"""From persona to trajectory: worlds, blueprints, players and self-play."""
