"""The tools of the data team's desk, and what colleagues do themselves."""

from generators.domains.datadesk.tools.access import (
    extend_access,
    find_approvals,
    find_colleague,
    grant_access,
    list_grants,
    request_approval,
    revoke_access,
    verify_colleague,
)
from generators.domains.datadesk.tools.keeping import (
    check_deletion_ticket,
    check_masking_request,
    delete_rows,
    mask_rider,
)
from generators.domains.datadesk.tools.own import (
    accept_terms,
    empty_cache,
    install_driver,
    read_release_code,
    reload_dashboard,
    try_connection,
)
from generators.domains.datadesk.tools.querying import (
    describe_dataset,
    estimate_query,
    find_gap,
    find_metric,
    list_datasets,
    run_query,
)
from generators.domains.datadesk.tools.reporting import (
    delete_report,
    list_reports,
    pause_schedule,
    resume_schedule,
    save_report,
    schedule_report,
    share_report,
)
from generators.domains.datadesk.tools.upkeep import (
    hand_over,
    list_loads,
    list_quality_tickets,
    open_quality_ticket,
    propose_metric,
    rerun_load,
    start_backfill,
)
from generators.domains.tool import read, toolbox, write

AGENT_TOOLS = toolbox(
    read(verify_colleague),
    read(find_colleague),
    read(list_datasets),
    read(describe_dataset),
    read(find_metric),
    read(find_gap),
    read(estimate_query),
    read(run_query),
    read(list_grants),
    read(find_approvals),
    write(grant_access),
    write(extend_access),
    write(revoke_access),
    write(request_approval),
    read(list_reports),
    write(save_report),
    write(schedule_report),
    write(pause_schedule),
    write(resume_schedule),
    write(share_report),
    write(delete_report),
    read(list_loads),
    write(rerun_load),
    write(start_backfill),
    read(list_quality_tickets),
    write(open_quality_ticket),
    write(propose_metric),
    read(check_deletion_ticket),
    write(delete_rows),
    read(check_masking_request),
    write(mask_rider),
    write(hand_over),
)
USER_TOOLS = toolbox(
    write(accept_terms),
    read(read_release_code),
    read(try_connection),
    write(install_driver),
    read(reload_dashboard),
    write(empty_cache),
)
