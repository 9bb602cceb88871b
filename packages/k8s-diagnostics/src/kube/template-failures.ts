/** Failures of containers that another Pod template may mend; more specific causes replace them in turn. */
export const TEMPLATE_FAILURES = [
  "container_exits_with_error",
  "init_container_failing",
  "container_completes",
  "container_out_of_memory",
  "container_command_not_found",
  "container_create_failed",
  "image_not_found",
  "image_pull_failed",
  "image_pull_unauthorized",
  "readiness_probe_failing",
  "startup_probe_failing",
  "killed_by_liveness_probe",
  "probe_wrong_port",
  "probe_protocol_mismatch",
  "missing_environment_variable",
  "config_map_missing",
  "secret_missing",
  "config_key_missing",
] as const;

/** A change of these can mend a container that does not run or is not ready. */
const PROGRAM =
  /^spec\.(?:volumes|imagePullSecrets|serviceAccountName|(?:initC|c)ontainers\[[^\]]*\]\.(?:image|command|args|env|envFrom|resources|volumeMounts|securityContext|ports|\w+Probe)\b)/;

/** Whether a change at this path of a Pod template can mend a container. */
export function mayMendContainer(path: string): boolean {
  return PROGRAM.test(path);
}
