"""Plans that differ from another in exactly one factor, so that what changes can be laid to it."""
