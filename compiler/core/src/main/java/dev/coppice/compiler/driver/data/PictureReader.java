package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG, JPEG, BMP and GIF (its first frame). Values are those of the file: colour profiles,
 * gamma and orientation tags are not applied, transparency is dropped, 16 bits become the upper 8.
 */
final class PictureReader {
  /** Endings of the names of pictures, in lower case. */
  static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".bmp", ".gif");

  private PictureReader() {}

  /**
   * The picture in {@code file}.
   *
   * @param bands 1 for grey, which of colours is their luma by ITU-R BT.601, or 3 for red, green
   *     and blue
   * @throws CompileException with one diagnostic if it is damaged or of an unknown form
   */
  static Picture read(Path file, int bands) {
    SourceRef where = SourceRef.file(file.toString());
    try (var in = Files.newInputStream(file)) {
      return picture(decode(new MemoryCacheImageInputStream(in)), bands);
    } catch (NoSuchFileException e) {
      throw DataFile.invalid(where, "the file does not exist");
    } catch (MalformedData e) {
      throw DataFile.invalid(where, e.getMessage());
    } catch (EOFException e) {
      throw DataFile.invalid(where, "the picture is cut short");
    } catch (IOException | RuntimeException e) {
      // The decoders of the JDK throw either, depending on what is damaged.
      throw DataFile.invalid(where, "the picture cannot be decoded: " + e.getMessage());
    }
  }

  private static BufferedImage decode(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    if (!readers.hasNext()) {
      throw new MalformedData("this is no PNG, JPEG, BMP or GIF picture");
    }
    ImageReader reader = readers.next();
    try {
      List<String> warnings = new ArrayList<>();
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      BufferedImage image = reader.read(0);
      // What is missing of a JPEG becomes grey, with a warning.
      if (warnings.stream().anyMatch(w -> w.contains("Truncated") || w.contains("remature end"))) {
        throw new EOFException();
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static Picture picture(BufferedImage image, int bands) {
    int w = image.getWidth();
    int h = image.getHeight();
    byte[] pixels = new byte[w * h * bands];
    boolean stored = hasStoredBands(image.getColorModel());
    Raster raster = image.getRaster();
    int[] row = new int[w * raster.getNumBands()];
    int at = 0;
    for (int y = 0; y < h; y++) {
      if (stored) {
        raster.getPixels(0, y, w, 1, row);
      }
      for (int x = 0; x < w; x++) {
        int rgb = stored ? rgb(raster, row, x) : image.getRGB(x, y);
        if (bands == 1) {
          pixels[at++] = (byte) luma(rgb);
        } else {
          pixels[at++] = (byte) (rgb >> 16);
          pixels[at++] = (byte) (rgb >> 8);
          pixels[at++] = (byte) rgb;
        }
      }
    }
    return new Picture(w, h, bands, pixels);
  }

  /**
   * Whether bands are grey or red, green and blue as they are; the JDK's conversion would apply
   * profiles, and takes grey for linear light.
   */
  private static boolean hasStoredBands(ColorModel model) {
    int kind = model.getColorSpace().getType();
    return model instanceof ComponentColorModel
        && (kind == ColorSpace.TYPE_GRAY || kind == ColorSpace.TYPE_RGB)
        && model.getComponentSize(0) >= 8
        && model.getTransferType() <= DataBuffer.TYPE_USHORT;
  }

  private static int rgb(Raster raster, int[] row, int x) {
    int n = raster.getNumBands();
    int shift = raster.getSampleModel().getSampleSize(0) - 8;
    int r = row[x * n] >> shift;
    return n < 3
        ? r << 16 | r << 8 | r
        : r << 16 | row[x * n + 1] >> shift << 8 | row[x * n + 2] >> shift;
  }

  /** In the integers that Pillow takes, so that grey stays as it is. */
  private static int luma(int rgb) {
    int r = rgb >> 16 & 0xFF;
    int g = rgb >> 8 & 0xFF;
    int b = rgb & 0xFF;
    return 19595 * r + 38470 * g + 7471 * b + 0x8000 >> 16;
  }
}
