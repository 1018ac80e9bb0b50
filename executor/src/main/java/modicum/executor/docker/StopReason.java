package modicum.executor.docker;

/** Why a running job was stopped from outside. */
enum StopReason {
  INSTRUCTIONS,
  MEMORY,
  STORAGE,
  WALL_CLOCK
}
