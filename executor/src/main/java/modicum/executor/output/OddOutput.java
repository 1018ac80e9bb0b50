package modicum.executor.output;

/** Something in an output folder that is no result: a device, an escaping link, an odd name. */
public final class OddOutput extends Exception {
  public OddOutput(String message) {
    super(message);
  }
}
