package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a picture comes to the size that a model takes: it is resized, then the middle of that size
 * is cut out.
 *
 * @param width new width; without a height, the new length of the shorter side; if empty the size
 *     stays
 * @param height new height
 * @param crop whether the middle is cut out
 */
public record Framing(OptionalInt width, OptionalInt height, boolean crop) {
  /** Pictures that have the size already. */
  public static final Framing NONE = new Framing(OptionalInt.empty(), OptionalInt.empty(), false);

  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})(?:x(\\d{1,5}))?");

  public Framing {
    if (width.orElse(1) < 1 || height.orElse(1) < 1 || width.isEmpty() && height.isPresent()) {
      throw new IllegalArgumentException("size " + width + " x " + height);
    }
  }

  /** This framing with the size that {@code text} says: {@code 224x224} or {@code 256}. */
  public Framing withSize(String text) {
    Matcher size = SIZE.matcher(text.trim());
    if (!size.matches() || text.matches("0+(x.*)?|.*x0+")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size, expected WIDTHxHEIGHT or the length of the shorter side");
    }
    return new Framing(
        OptionalInt.of(Integer.parseInt(size.group(1))),
        size.group(2) == null
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(size.group(2))),
        crop);
  }

  /** This framing with or without cutting out the middle. */
  public Framing withCrop(boolean newCrop) {
    return new Framing(width, height, newCrop);
  }

  /**
   * {@code picture} with {@code w} columns and {@code h} rows.
   *
   * @throws dev.coppice.compiler.diag.CompileException if this framing gives another size
   */
  Picture apply(Picture picture, int w, int h, SourceRef where) {
    Picture sized = resize(picture);
    if (crop && sized.width() >= w && sized.height() >= h) {
      // Halves are rounded to even, as torchvision's CenterCrop does.
      int left = (int) Math.rint((sized.width() - w) / 2.0);
      int top = (int) Math.rint((sized.height() - h) / 2.0);
      return sized.crop(left, top, w, h);
    }
    if (sized.width() != w || sized.height() != h) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "the picture is %dx%d%s, but the model takes %dx%d; give resize %dx%d, or resize %d"
                  + " and crop",
              picture.width(),
              picture.height(),
              sized == picture ? "" : " and becomes " + sized.width() + "x" + sized.height(),
              w,
              h,
              w,
              h,
              Math.max(w, h)));
    }
    return sized;
  }

  private Picture resize(Picture p) {
    if (width.isEmpty()) {
      return p;
    }
    int n = width.getAsInt();
    if (height.isPresent()) {
      return BilinearResize.apply(p, n, height.getAsInt());
    }
    // The longer side is rounded down, as torchvision's Resize does.
    return p.width() <= p.height()
        ? BilinearResize.apply(p, n, (int) ((long) n * p.height() / p.width()))
        : BilinearResize.apply(p, (int) ((long) n * p.width() / p.height()), n);
  }
}
