"""Every finding code, and what it means in one sentence.

Codes are counted in ledgers and reports and stored with each row, so they are stable: a code is
never given another meaning. Clauses of a domain's policy make codes of their own, ``policy.<id>``.
"""

CODES: dict[str, str] = {
    # What happened, as a record.
    "structure.index": "Event indexes do not count up from 0.",
    "structure.turn": "A turn or a session goes back.",
    "structure.party": "A party speaks or listens that is no member of the dialogue.",
    "structure.empty": "An event lacks what its kind is made of: words, a call, a result.",
    "structure.no_dialogue": "The user or the agent never says anything.",
    "structure.unanswered_call": "A call has no result.",
    "structure.late_result": "A call's result comes after its party has spoken on, or before the call.",
    "structure.repeated_result": "A call has more than one result.",
    "structure.stray_result": "A result belongs to no call.",
    "structure.repeated_call": "Two calls share one id.",
    "structure.alternation": "A party speaks twice although the floor was the other's.",
    "structure.stop": "The stop event is missing, is not last, or is not of the party that stopped.",
    "structure.unfinished": "The dialogue was cut off by a limit, a stall or an error.",
    # Calls, one by one.
    "tool_calls.unknown_tool": "A call names a tool that does not exist.",
    "tool_calls.refined": "A call names a tool as it is called elsewhere, and is then made right.",
    "tool_calls.not_yours": "A party calls a tool of the other party.",
    "tool_calls.invalid_arguments": "A call's arguments do not parse or do not fit the tool.",
    "tool_calls.repeated_failure": "A call that failed is made again, unchanged, and fails again.",
    "tool_calls.failed": "A call failed; legal when the caller does better afterwards.",
    "tool_calls.internal_error": "The tool itself broke: a bug of the domain.",
    "tool_calls.in_text": "A call is written out in an utterance instead of being made.",
    # Secrets.
    "leakage.secret": "Something that only the user may know is visible to somebody else.",
    "leakage.unrevealed_fact": "The agent uses a fact of the user's before it could have learnt it.",
    "leakage.private_note": "A private annotation is visible to another party.",
    "leakage.private_event": "A call, a result or a thought is visible to a party other than its own.",
    # The user's contract.
    "user.told_all_at_once": "Several facts that were to be told when asked come in one utterance.",
    "user.volunteered": "A fact that was to be told when asked, or later, is told unasked.",
    "user.preference_early": "A preference shows before anything was asked about it or proposed.",
    "user.preference_stated": "The user states a preference that was only to show.",
    "user.contradicted_fact": "The user gives a wrong version of a fact and does not put it right.",
    "user.unknown_value": "The user mentions a value that it cannot know.",
    "user.answered_for_agent": "The user speaks as if it were the agent.",
    "user.kept_its_mind": "The user never changes its mind, as it was to.",
    "user.ended_early": "The user ends the dialogue while a goal is open.",
    # What the user's turns ask of the agent.
    "turns.acted_on_ambiguous": "The agent acts on something that the user has not told yet.",
    "turns.acted_on_improper": "The agent changes something where it was to decline.",
    "turns.acted_on_unanswerable": "The agent changes something where nothing could be done.",
    "turns.ignored_change": "The agent does what the user, who has changed its mind, no longer wants.",
    "turns.asked_needlessly": "The agent asks, more than once, for what it was told or does not need.",
    # What the calls did to the world.
    "replay.start_state": "The dialogue did not start from the state that its plan names.",
    "replay.result_mismatch": "A recorded result is not what the world answers.",
    "replay.recorded_end_state": "The recorded end state is not the one that the calls lead to.",
    "replay.end_state": "The dialogue ends in another state than its plan.",
    # What was said.
    "information.missing": "The agent never says something that it must say.",
    "information.forbidden": "The agent says something that it must not say.",
    "information.ungrounded": "The agent states a value that it has seen nowhere.",
    "policy.*": "A clause of the domain's policy is broken; the last part is the clause's id.",
    # How it was said.
    "repetition.loop": "The dialogue goes round in circles.",
    "repetition.self": "A party says almost the same thing twice running.",
    "repetition.calls": "The same call with the same answer is made again and again.",
    "language.wrong": "An utterance is in another language than its event says.",
    # The committee, critics, and the whole set.
    "critic.rejected": "A critic's opinion is against the dialogue.",
    "committee.verifier_error": "A verifier broke, so it abstains.",
    "committee.no_quorum": "Too few voters had an opinion.",
    "committee.outvoted": "The voters for the dialogue weigh too little.",
    "corpus.near_duplicate": "The user says almost the same as in a dialogue that is kept.",
    "corpus.quota": "There are too many dialogues of this kind already.",
}


def meaning(code: str) -> str:
    """The sentence for a code, those of policy clauses included. Raises ``KeyError``."""
    if code not in CODES and code.startswith("policy."):
        return CODES["policy.*"]
    return CODES[code]
