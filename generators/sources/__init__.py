"""Where the goals of composed blueprints come from."""
