package dev.binspect.report;

import dev.binspect.load.LoadPlan;
import dev.binspect.report.Sheet.Tone;

/** What would make the start cheaper, with the flag and the risk. */
final class TextAdvice {
  private TextAdvice() {}

  static void write(LoadPlan load, Sheet sheet) {
    if (load.advice().isEmpty()) {
      return;
    }
    sheet.title("Cheaper starts").line();
    for (LoadPlan.Advice advice : load.advice()) {
      sheet.spaces(2).sentence(Tone.PLAIN, 2, advice.message());
      if (!advice.flag().isEmpty()) {
        sheet.entry("  flag", 12, Tone.STRONG, advice.flag());
      }
      if (!advice.risk().isEmpty()) {
        sheet.entry("  risk", 12, Tone.DIM, advice.risk());
      }
    }
  }
}
