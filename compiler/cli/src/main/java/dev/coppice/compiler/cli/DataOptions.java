package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.data.InputScaling;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which data, and how it becomes what the model takes. */
final class DataOptions {
  /** How the values of one sample are ordered in the data. */
  enum Layout {
    /** As the model takes them. */
    NCHW,
    /** Height, width, channel; they go to a model that takes channel, height, width. */
    NHWC
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description = {
        "Samples: a NumPy file (.npz, .npy) or an IDX file (as MNIST's; .gz is fine) with one "
            + "sample after the other, or a folder of ONNX test data. The arrays of an .npz are "
            + "matched to inputs by name."
      })
  private Path data;

  @Option(
      names = "--offset",
      defaultValue = "0",
      converter = Ratio.class,
      description = "Added to every stored value first (default: 0).")
  private double offset;

  @Option(
      names = "--scale",
      defaultValue = "1",
      converter = Ratio.class,
      description = "Multiplied next (default: 1); a fraction such as 1/255 is fine.")
  private double scale;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "M",
      converter = Ratio.class,
      description = "Subtracted next; one value, or one a channel separated by commas.")
  private List<Double> mean = List.of();

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "S",
      converter = Ratio.class,
      description = "Divided by last; one value, or one a channel separated by commas.")
  private List<Double> std = List.of();

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      defaultValue = "nchw",
      description =
          "nhwc if the data has channels last and the model has them first (default: nchw).")
  private Layout layout;

  /** Where the samples are. */
  Path data() {
    return data;
  }

  /** How they become what the model takes. */
  InputScaling scaling() {
    return new InputScaling(offset, scale, mean, std, layout == Layout.NHWC);
  }

  /** A number or a fraction. */
  static final class Ratio implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      int slash = text.indexOf('/');
      try {
        double value =
            slash < 0
                ? Double.parseDouble(text)
                : Double.parseDouble(text.substring(0, slash))
                    / Double.parseDouble(text.substring(slash + 1));
        if (!Double.isNaN(value) && !Double.isInfinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is neither a number nor a fraction");
      }
      throw new TypeConversionException("'" + text + "' is not finite");
    }
  }
}
