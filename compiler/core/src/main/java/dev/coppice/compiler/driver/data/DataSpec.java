package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.lowering.Port;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that is needed to open data for a model. {@link DataSetting} fills it from text, as
 * recipes, the command line and build plugins have it.
 *
 * @param path a file of arrays ({@code .npz}, {@code .npy}, IDX), a table ({@code .csv}, {@code
 *     .tsv}), a picture, a recording ({@code .wav}), or a folder of pictures, of recordings or of
 *     ONNX test data
 * @param labels the file with the class of each sample
 * @param labelColumn the column of a table that has the class: its name, its number counted from 0,
 *     or {@code last}
 * @param scaling what happens to values
 * @param layout how arrays store a sample
 * @param framing how pictures come to the model's size
 * @param channels which colour of pictures the model has first
 * @param audio how recordings are cut
 * @param selection which samples are taken
 */
public record DataSpec(
    Path path,
    Optional<Path> labels,
    Optional<String> labelColumn,
    InputScaling scaling,
    Layout layout,
    Framing framing,
    ChannelOrder channels,
    AudioWindow audio,
    Selection selection) {
  public DataSpec {
    Objects.requireNonNull(path);
    if (labels.isPresent() && labelColumn.isPresent()) {
      throw new IllegalArgumentException(
          "labels are in the file " + labels.get() + " or in a column of the data, not in both");
    }
  }

  /** All samples at {@code path}, as they are. */
  public static DataSpec of(Path path) {
    return new DataSpec(
        path,
        Optional.empty(),
        Optional.empty(),
        InputScaling.NONE,
        Layout.NCHW,
        Framing.NONE,
        ChannelOrder.RGB,
        AudioWindow.DEFAULT,
        Selection.ALL);
  }

  /**
   * The data for a model with {@code inputs}.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if the data is damaged
   *     or does not fit the model, or a setting is for another kind of data
   */
  public Dataset open(List<Port> inputs) {
    return DatasetReader.read(this, inputs);
  }

  /** This with classes from {@code file}. */
  public DataSpec withLabels(Path file) {
    return new DataSpec(
        path, Optional.of(file), labelColumn, scaling, layout, framing, channels, audio, selection);
  }

  /** This with classes from a column of the table. */
  public DataSpec withLabelColumn(String column) {
    return new DataSpec(
        path, labels, Optional.of(column), scaling, layout, framing, channels, audio, selection);
  }

  /** This with values scaled so. */
  public DataSpec withScaling(InputScaling s) {
    return new DataSpec(path, labels, labelColumn, s, layout, framing, channels, audio, selection);
  }

  /** This for samples stored so. */
  public DataSpec withLayout(Layout l) {
    return new DataSpec(path, labels, labelColumn, scaling, l, framing, channels, audio, selection);
  }

  /** This with pictures framed so. */
  public DataSpec withFraming(Framing f) {
    return new DataSpec(path, labels, labelColumn, scaling, layout, f, channels, audio, selection);
  }

  /** This with colours in this order. */
  public DataSpec withChannels(ChannelOrder c) {
    return new DataSpec(path, labels, labelColumn, scaling, layout, framing, c, audio, selection);
  }

  /** This with recordings cut so. */
  public DataSpec withAudio(AudioWindow a) {
    return new DataSpec(
        path, labels, labelColumn, scaling, layout, framing, channels, a, selection);
  }

  /** This with these samples alone. */
  public DataSpec withSelection(Selection s) {
    return new DataSpec(path, labels, labelColumn, scaling, layout, framing, channels, audio, s);
  }
}
