package dev.binspect.tradeoff;

/** The dylib was not used, so there are no two programs to compare. */
public final class StaticFallbackException extends TradeoffException {
  private static final long serialVersionUID = 1L;

  StaticFallbackException(String message) {
    super(message);
  }
}
