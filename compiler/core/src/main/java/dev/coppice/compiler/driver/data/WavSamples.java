package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Windows of recordings as samples, which are read when they are asked for. */
final class WavSamples implements Samples {
  private final List<WavReader> recordings = new ArrayList<>();
  private final AudioWindow window;
  private final int length;
  private final int hop;
  private final int inputSize;
  private final SampleConversion conversion;

  /** Number of the first window of each recording, and the number of windows. */
  private final int[] starts;

  /**
   * The windows of {@code files}, in order, for a model with the input {@code port}.
   *
   * @throws dev.coppice.compiler.diag.CompileException if a recording is damaged, lacks the channel
   *     or has another rate: recordings are not resampled
   */
  WavSamples(
      List<Path> files, Port port, InputScaling scaling, AudioWindow window, SourceRef where) {
    this.window = window;
    this.inputSize = port.shape().size();
    this.length = window.length().orElse(inputSize);
    this.hop = window.hop().orElse(length);
    if (length > inputSize || inputSize == 0) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "the window has %d frames, but input '%s' %s takes %d",
              length,
              port.name(),
              SampleConversion.type(port),
              inputSize));
    }
    if (port.dtype().isInteger() && scaling.keepsValues()) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "recordings are -1 to 1, but input '%s' is %s; give scale, for example 32768",
              port.name(),
              SampleConversion.type(port)));
    }
    this.conversion =
        new SampleConversion(port, scaling, Layout.NCHW, Layout.of(port.shape()), where);
    this.starts = new int[files.size() + 1];
    for (int f = 0; f < files.size(); f++) {
      WavReader recording = WavReader.open(files.get(f));
      check(recording, files.get(f));
      recordings.add(recording);
      long windows = 1 + Math.max(0, recording.frames() - length) / hop;
      starts[f + 1] = Math.toIntExact(starts[f] + windows);
    }
  }

  private void check(WavReader recording, Path file) {
    SourceRef where = SourceRef.file(file.toString());
    int expected =
        window.rate().orElse(recordings.isEmpty() ? recording.rate() : recordings.get(0).rate());
    if (recording.rate() != expected) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "the recording has %d frames a second, expected %d%s; resample it, which is not done"
                  + " here",
              recording.rate(),
              expected,
              window.rate().isPresent() ? "" : " as the first of the folder has"));
    }
    if (window.channel().orElse(0) >= recording.channels()) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "there is no channel %d, the recording has %d, counted from 0",
              window.channel().orElse(0),
              recording.channels()));
    }
  }

  @Override
  public int count() {
    return starts[starts.length - 1];
  }

  @Override
  public List<Tensor> inputs(int i) {
    int found = Arrays.binarySearch(starts, i);
    int f = found >= 0 ? found : -found - 2;
    long from = (long) (i - starts[f]) * hop;
    float[] frames = recordings.get(f).read(from, length, window.channel());
    float[] padded = Arrays.copyOf(frames, inputSize);
    return List.of(conversion.apply(Tensor.ofFloats(Shape.of(inputSize), padded), 0));
  }

  /** The labels of windows: those of their recordings. */
  Optional<Labels> labels(Optional<Labels> ofFiles, SourceRef where) {
    if (ofFiles.isEmpty()) {
      return ofFiles;
    }
    if (ofFiles.get().count() != recordings.size()) {
      throw DataFile.invalid(
          where, ofFiles.get().count() + " labels for " + recordings.size() + " recordings");
    }
    List<Integer> labels = new ArrayList<>();
    for (int f = 0; f < recordings.size(); f++) {
      for (int i = starts[f]; i < starts[f + 1]; i++) {
        labels.add(ofFiles.get().at(f));
      }
    }
    return Optional.of(Labels.of(labels));
  }
}
