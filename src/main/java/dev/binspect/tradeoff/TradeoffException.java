package dev.binspect.tradeoff;

/** Why nothing can be compared, in one line. */
public class TradeoffException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line for the user
   */
  public TradeoffException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
