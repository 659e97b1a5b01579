package dev.coppice.compiler.cli;

import dev.coppice.compiler.driver.data.DataSetting;
import dev.coppice.compiler.driver.data.DataSpec;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which data, and how it becomes what the model takes: the options that all commands share. */
final class DataOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = {
        "Samples, one after the other: a NumPy (.npz, .npy) or an IDX file (as MNIST's; .gz is"
            + " fine), a table (.csv, .tsv, .csv.gz), a picture (.png, .jpg, .bmp, .gif), a"
            + " recording (.wav); or a folder of pictures or recordings, with labels.csv (name and"
            + " class) or one sub-folder a class; or a folder of ONNX test data. Arrays of an .npz"
            + " and columns of a table are matched to several inputs by name."
      })
  private @Nullable Path data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class of each sample, counted from 0: an IDX or .npy file of integers, or text whose "
              + "last column is the class.")
  private @Nullable String labels;

  @Option(
      names = "--label-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table that is the class: its name, its number counted from 0, or last.")
  private @Nullable String labelColumn;

  @Option(
      names = "--offset",
      paramLabel = "X",
      description = "Added to every stored value, before --scale (default: 0).")
  private @Nullable String offset;

  @Option(
      names = "--scale",
      paramLabel = "X",
      description =
          "Factor of the sum, before --mean (default: 1); a fraction such as 1/255 is fine.")
  private @Nullable String scale;

  @Option(
      names = "--mean",
      paramLabel = "M[,M...]",
      description = "Subtracted from the product, before --std; one value, or one a channel.")
  private @Nullable String mean;

  @Option(
      names = "--std",
      paramLabel = "S[,S...]",
      description = "Divisor of the difference; one value, or one a channel.")
  private @Nullable String std;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "nhwc if arrays have channels last and the model has them first (default: nchw). Pictures"
              + " go to either.")
  private @Nullable String layout;

  @Option(
      names = "--resize",
      paramLabel = "SIZE",
      description =
          "Size that pictures get first: WIDTHxHEIGHT, or one number for their shorter side;"
              + " bilinear, antialiased.")
  private @Nullable String resize;

  @Option(
      names = "--crop",
      description = "Cut the middle out of pictures, in the size that the model takes.")
  private boolean crop;

  @Option(
      names = "--channels",
      paramLabel = "ORDER",
      description = "Colours of pictures as the model has them: rgb or bgr (default: rgb).")
  private @Nullable String channels;

  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "Frames of recordings in a sample (default: as many as the model takes); silence follows"
              + " fewer.")
  private @Nullable String window;

  @Option(
      names = "--hop",
      paramLabel = "N",
      description = "Frames from a sample of a recording to the next (default: --window).")
  private @Nullable String hop;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      description = "Frames a second that recordings must have; others are refused.")
  private @Nullable String rate;

  @Option(
      names = "--audio-channel",
      paramLabel = "C",
      description = "Channel of recordings, counted from 0 (default: the mean of all).")
  private @Nullable String audioChannel;

  @Option(
      names = "--samples",
      paramLabel = "FROM..TO",
      description = "Samples from FROM, counted from 0, to TO, exclusive; either may be absent.")
  private @Nullable String samples;

  @Option(
      names = "--every",
      paramLabel = "N",
      description = "Every N-th sample of --samples alone.")
  private @Nullable String every;

  @Option(
      names = "--shuffle",
      paramLabel = "SEED",
      description = "Shuffle all samples before --samples takes some.")
  private @Nullable String shuffle;

  /**
   * The data that is named, if any is.
   *
   * @throws ParameterException if an option has a wrong value, or there is one but no data
   */
  Optional<DataSpec> spec() {
    Map<DataSetting, String> given = given();
    if (data == null) {
      if (!given.isEmpty()) {
        throw refused("--" + given.keySet().iterator().next().key() + " needs --data");
      }
      return Optional.empty();
    }
    DataSpec spec = DataSpec.of(data);
    for (Map.Entry<DataSetting, String> e : given.entrySet()) {
      try {
        spec = e.getKey().apply(spec, e.getValue());
      } catch (IllegalArgumentException x) {
        throw refused("Invalid value for option '--" + e.getKey().key() + "': " + x.getMessage());
      }
    }
    return Optional.of(spec);
  }

  /**
   * The data.
   *
   * @throws ParameterException as {@link #spec} does, and if none is named
   */
  DataSpec required() {
    return spec().orElseThrow(() -> refused("Missing required option: '--data=PATH'"));
  }

  private ParameterException refused(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private Map<DataSetting, String> given() {
    Map<DataSetting, String> given = new EnumMap<>(DataSetting.class);
    put(given, DataSetting.LABELS, labels);
    put(given, DataSetting.LABEL_COLUMN, labelColumn);
    put(given, DataSetting.OFFSET, offset);
    put(given, DataSetting.SCALE, scale);
    put(given, DataSetting.MEAN, mean);
    put(given, DataSetting.STD, std);
    put(given, DataSetting.LAYOUT, layout);
    put(given, DataSetting.RESIZE, resize);
    put(given, DataSetting.CROP, crop ? "true" : null);
    put(given, DataSetting.CHANNELS, channels);
    put(given, DataSetting.WINDOW, window);
    put(given, DataSetting.HOP, hop);
    put(given, DataSetting.RATE, rate);
    put(given, DataSetting.AUDIO_CHANNEL, audioChannel);
    put(given, DataSetting.SAMPLES, samples);
    put(given, DataSetting.EVERY, every);
    put(given, DataSetting.SHUFFLE, shuffle);
    return given;
  }

  private static void put(
      Map<DataSetting, String> given, DataSetting setting, @Nullable String text) {
    if (text != null) {
      given.put(setting, text);
    }
  }
}
