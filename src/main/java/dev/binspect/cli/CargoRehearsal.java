package dev.binspect.cli;

import dev.binspect.rust.CargoUnits;

/**
 * Has the Java machine load what reading Cargo's files takes, on another processor, while the
 * program and its libraries are still read: 30 ms that a report would else wait for.
 */
final class CargoRehearsal implements Runnable {
  private CargoRehearsal() {}

  static void start() {
    Thread thread = new Thread(new CargoRehearsal(), "cargo");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    CargoUnits.rehearse();
  }
}
