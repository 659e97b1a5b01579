package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pictures as samples: each is decoded when it is asked for, and kept while there is room. */
final class PictureSamples implements Samples {
  private static final int CACHE_BYTES = 64 << 20;

  private final List<Path> files;
  private final Framing framing;
  private final ChannelOrder order;
  private final int bands;
  private final int height;
  private final int width;
  private final SampleConversion conversion;
  private final Map<Integer, Tensor> decoded;

  /**
   * The pictures {@code files} for a model with the input {@code port}, {@code [1, c, h, w]} or
   * {@code [1, h, w, c]} with c 1 or 3.
   *
   * @throws dev.coppice.compiler.diag.CompileException if the input is of another form
   */
  PictureSamples(
      List<Path> files,
      Port port,
      InputScaling scaling,
      Framing framing,
      ChannelOrder order,
      SourceRef where) {
    Layout layout = layout(port, where);
    Shape shape = port.shape();
    this.files = List.copyOf(files);
    this.framing = framing;
    this.order = order;
    this.bands = layout.channels(shape);
    this.height = shape.dim(layout == Layout.NHWC ? 1 : 2);
    this.width = shape.dim(layout == Layout.NHWC ? 2 : 3);
    this.conversion = new SampleConversion(port, scaling, Layout.NHWC, layout, where);
    int most = Math.max(1, CACHE_BYTES / shape.size());
    this.decoded =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Tensor> eldest) {
            return size() > most;
          }
        };
  }

  private static Layout layout(Port port, SourceRef where) {
    Shape s = port.shape();
    if (s.rank() == 4 && s.dim(0) == 1 && s.size() > 0) {
      if (s.dim(1) == 1 || s.dim(1) == 3) {
        return Layout.NCHW;
      }
      if (s.dim(3) == 1 || s.dim(3) == 3) {
        return Layout.NHWC;
      }
    }
    throw DataFile.invalid(
        where,
        String.format(
            Locale.ROOT,
            "input '%s' %s takes no picture, expected [1,C,H,W] or [1,H,W,C] with 1 or 3 channels"
                + " C",
            port.name(),
            SampleConversion.type(port)));
  }

  @Override
  public int count() {
    return files.size();
  }

  @Override
  public List<Tensor> inputs(int i) {
    Tensor pixels;
    synchronized (decoded) {
      pixels = decoded.get(i);
    }
    if (pixels == null) {
      pixels = decode(files.get(i));
      synchronized (decoded) {
        decoded.put(i, pixels);
      }
    }
    return List.of(conversion.apply(pixels, 0));
  }

  private Tensor decode(Path file) {
    SourceRef where = SourceRef.file(file.toString());
    Picture picture = framing.apply(PictureReader.read(file, bands), width, height, where);
    return (order == ChannelOrder.BGR ? picture.reversed() : picture).tensor();
  }
}
