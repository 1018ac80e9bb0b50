package modicum.executor.doctor;

/** How well a machine does in one respect. */
public enum Mark {
  GOOD,
  /** Jobs run, with less protection or less exactly measured than they could. */
  WEAK,
  /** Jobs cannot be run. */
  UNFIT
}
