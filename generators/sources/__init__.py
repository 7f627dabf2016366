"""Where blueprints come from (see ``registry``)."""
