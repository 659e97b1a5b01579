package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FramingTest {
  private static final SourceRef WHERE = SourceRef.file("a.png");

  /** Grey, with pixel {@code 10 y + x}. */
  private static Picture picture(int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / width * 10 + i % width);
    }
    return new Picture(width, height, 1, pixels);
  }

  @Test
  void readsSizes() {
    assertEquals(
        new Framing(OptionalInt.of(320), OptionalInt.of(224), false),
        Framing.NONE.withSize("320x224"));
    assertEquals(
        new Framing(OptionalInt.of(256), OptionalInt.empty(), true),
        Framing.NONE.withCrop(true).withSize("256"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0", "0x5", "5x0", "5x", "5 x 5", "-5", "1000000"})
  void refusesWhatIsNoSize(String text) {
    assertThrows(IllegalArgumentException.class, () -> Framing.NONE.withSize(text));
  }

  @Test
  void cutsOutTheMiddle() {
    Picture middle = Framing.NONE.withCrop(true).apply(picture(6, 5), 2, 3, WHERE);
    assertEquals(2, middle.width());
    assertEquals(3, middle.height());
    assertEquals(12, middle.at(0, 0, 0));
    assertEquals(33, middle.at(2, 1, 0));
  }

  /** As torchvision: 0.5 becomes 0 and 1.5 becomes 2. */
  @Test
  void roundsHalvesToEven() {
    Framing crop = Framing.NONE.withCrop(true);
    assertEquals(0, crop.apply(picture(5, 4), 4, 4, WHERE).at(0, 0, 0));
    assertEquals(2, crop.apply(picture(7, 4), 4, 4, WHERE).at(0, 0, 0));
  }

  @Test
  void resizesTheShorterSide() {
    Framing framing = Framing.NONE.withSize("4");
    assertEquals(6, framing.apply(picture(8, 5), 6, 4, WHERE).width());
    assertEquals(6, framing.apply(picture(5, 8), 4, 6, WHERE).height());
  }

  @Test
  void refusesAnotherSizeThanTheModels() {
    CompileException e =
        assertThrows(CompileException.class, () -> Framing.NONE.apply(picture(8, 5), 4, 3, WHERE));
    assertEquals(
        "[DataInvalid] a.png: the picture is 8x5, but the model takes 4x3; give resize 4x3, or"
            + " resize 4 and crop.",
        e.getMessage());
    Framing small = Framing.NONE.withCrop(true).withSize("2");
    e = assertThrows(CompileException.class, () -> small.apply(picture(8, 5), 4, 3, WHERE));
    assertEquals(
        "[DataInvalid] a.png: the picture is 8x5 and becomes 3x2, but the model takes 4x3; give"
            + " resize 4x3, or resize 4 and crop.",
        e.getMessage());
  }
}
