package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.testing.Shared;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PictureReaderTest {
  @TempDir Path folder;

  /** Two pixels: (10, 130, 250) and (200, 100, 0). */
  private Path colours(int type, String format) throws IOException {
    BufferedImage image = new BufferedImage(2, 1, type);
    image.setRGB(0, 0, 0xFF0A82FA);
    image.setRGB(1, 0, 0xFFC86400);
    return write(image, format);
  }

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("a." + format);
    assertTrue(ImageIO.write(image, format, file.toFile()));
    return file;
  }

  private static long[] pixels(Path file, int bands) {
    return PictureReader.read(file, bands).tensor().toLongs();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif"})
  void readsColours(String format) throws IOException {
    Path file = colours(BufferedImage.TYPE_INT_RGB, format);
    assertArrayEquals(new long[] {10, 130, 250, 200, 100, 0}, pixels(file, 3));
  }

  @Test
  void dropsTransparency() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x400A82FA);
    assertArrayEquals(new long[] {10, 130, 250}, pixels(write(image, "png"), 3));
  }

  /** Luma: 0.299 * 10 + 0.587 * 130 + 0.114 * 250 = 107.8, 0.299 * 200 + 0.587 * 100 = 118.5. */
  @Test
  void makesGreyOfColours() throws IOException {
    Path file = colours(BufferedImage.TYPE_INT_RGB, "png");
    assertArrayEquals(new long[] {108, 118}, pixels(file, 1));
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "11, 257"})
  void keepsGreyAsItIsStored(int type, int unit) throws IOException {
    BufferedImage image = new BufferedImage(3, 1, type);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 100 * unit, 255 * unit});
    Path file = write(image, "png");
    assertArrayEquals(new long[] {0, 100, 255}, pixels(file, 1));
    assertArrayEquals(new long[] {0, 0, 0, 100, 100, 100, 255, 255, 255}, pixels(file, 3));
  }

  @Test
  void readsPicturesOfTwoColours() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    image.setRGB(1, 0, 0xFFFFFFFF);
    assertArrayEquals(new long[] {0, 255}, pixels(write(image, "png"), 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
  void refusesDamage(String format) throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1200; i++) {
      image.setRGB(i % 40, i / 40, i * i * 12345);
    }
    byte[] whole = Files.readAllBytes(write(image, format));
    for (int length = 0; length < whole.length - 20; length += 37) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      CompileException e =
          assertThrows(CompileException.class, () -> PictureReader.read(cut, 3), "" + length);
      assertTrue(e.getMessage().startsWith("[DataInvalid] " + cut), e.getMessage());
    }
    Path most = Files.write(folder.resolve("most"), Arrays.copyOf(whole, whole.length * 3 / 4));
    CompileException e = assertThrows(CompileException.class, () -> PictureReader.read(most, 3));
    assertTrue(
        e.getMessage().contains("the picture is cut short")
            || e.getMessage().contains("the picture cannot be decoded"),
        e.getMessage());
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "hello");
    CompileException e = assertThrows(CompileException.class, () -> PictureReader.read(text, 3));
    assertEquals(
        "[DataInvalid] " + text + ": this is no PNG, JPEG, BMP or GIF picture.", e.getMessage());
    assertThrows(CompileException.class, () -> PictureReader.read(folder.resolve("gone.png"), 3));
  }

  @ParameterizedTest
  @CsvSource({"chelsea.png, 451, 300", "rocket.jpg, 640, 427"})
  void readsPhotographs(String name, int width, int height) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "skipped: no folder of shared data");
    Path file = Shared.folder().orElseThrow().resolve("data/photos").resolve(name);
    Picture picture = PictureReader.read(file, 3);
    assertEquals(width, picture.width());
    assertEquals(height, picture.height());
  }
}
