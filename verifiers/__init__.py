"""What may be kept, and why: rules, critics, whole-set decisions, the committee."""
