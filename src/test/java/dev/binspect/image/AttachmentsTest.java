package dev.binspect.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttachmentsTest {
  private record One(int number) {}

  private record Other(int number) {}

  private static Symbols table() {
    return new Symbols(
        1, new int[1], new byte[1], new byte[1], new int[1], new long[1], new long[1], new byte[1]);
  }

  @Test
  void oneOfEachClassIsKept() {
    Attachments kept = table().attachments();
    assertThat(kept.attachment(One.class)).isNull();
    kept.attach(new One(1));
    kept.attach(new Other(2));
    kept.attach(new One(3));
    assertThat(kept.attachment(One.class)).isEqualTo(new One(3));
    assertThat(kept.attachment(Other.class)).isEqualTo(new Other(2));
    assertThat(table().attachments().attachment(One.class)).isNull();
  }

  /** All libraries without symbols share one table: what is true of one is not of the others. */
  @Test
  void nothingIsKeptWithTheTableOfAllThatHaveNone() {
    Symbols.NONE.attachments().attach(new One(1));
    assertThat(Symbols.NONE.attachments().attachment(One.class)).isNull();
  }
}
