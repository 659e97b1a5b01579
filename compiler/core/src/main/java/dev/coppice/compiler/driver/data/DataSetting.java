package dev.coppice.compiler.driver.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A part of {@link DataSpec} as text: the keys of recipes, which are the long options of commands
 * too.
 */
public enum DataSetting {
  /** The file with the class of each sample. */
  LABELS("labels", (d, text) -> d.withLabels(path(text))),
  /** The column of a table that has the class: a name, a number from 0, or {@code last}. */
  LABEL_COLUMN("label-column", DataSpec::withLabelColumn),
  /** Added to stored values: a number or fraction. */
  OFFSET("offset", (d, text) -> d.withScaling(offset(d.scaling(), number(text)))),
  /** Multiplied next: a number or fraction. */
  SCALE("scale", (d, text) -> d.withScaling(scale(d.scaling(), number(text)))),
  /** Subtracted next: numbers or fractions separated by commas. */
  MEAN("mean", (d, text) -> d.withScaling(mean(d.scaling(), numbers(text)))),
  /** Divided by last: numbers or fractions separated by commas. */
  STD("std", (d, text) -> d.withScaling(std(d.scaling(), numbers(text)))),
  /** How arrays store a sample: {@code nchw} or {@code nhwc}. */
  LAYOUT("layout", (d, text) -> d.withLayout(constant(Layout.class, text))),
  /** New size of pictures: {@code WIDTHxHEIGHT}, or the length of the shorter side. */
  RESIZE("resize", (d, text) -> d.withFraming(d.framing().withSize(text))),
  /** Whether the middle of pictures is cut out: {@code true} or {@code false}. */
  CROP("crop", (d, text) -> d.withFraming(d.framing().withCrop(flag(text)))),
  /** Which colour is first: {@code rgb} or {@code bgr}. */
  CHANNELS("channels", (d, text) -> d.withChannels(constant(ChannelOrder.class, text))),
  /** Frames of a recording in a sample. */
  WINDOW("window", (d, text) -> d.withAudio(d.audio().withLength(integer(text, 1)))),
  /** Frames from one sample to the next. */
  HOP("hop", (d, text) -> d.withAudio(d.audio().withHop(integer(text, 1)))),
  /** Frames a second that recordings must have. */
  RATE("rate", (d, text) -> d.withAudio(d.audio().withRate(integer(text, 1)))),
  /** The channel of recordings that is taken, counted from 0. */
  AUDIO_CHANNEL("audio-channel", (d, text) -> d.withAudio(d.audio().withChannel(integer(text, 0)))),
  /** The samples taken: {@code FROM..TO}, the latter exclusive; either may be absent. */
  SAMPLES("samples", (d, text) -> d.withSelection(d.selection().withRange(text))),
  /** Every n-th of these alone. */
  EVERY("every", (d, text) -> d.withSelection(d.selection().withEvery(integer(text, 1)))),
  /** Seed by which samples are shuffled before a range of them is taken. */
  SHUFFLE("shuffle", (d, text) -> d.withSelection(d.selection().withShuffle(seed(text))));

  private final String key;
  private final BiFunction<DataSpec, String, DataSpec> apply;

  DataSetting(String key, BiFunction<DataSpec, String, DataSpec> apply) {
    this.key = key;
    this.apply = apply;
  }

  /** What it is called in recipes and on the command line. */
  public String key() {
    return key;
  }

  /** All keys. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(DataSetting::key).toList();
  }

  /** The setting that is called {@code key}. */
  public static Optional<DataSetting> of(String key) {
    return Arrays.stream(values()).filter(s -> s.key.equals(key)).findFirst();
  }

  /**
   * {@code spec} with this setting as {@code text} says.
   *
   * @throws IllegalArgumentException if it says nothing of the kind; the message is for the user
   */
  public DataSpec apply(DataSpec spec, String text) {
    return apply.apply(spec, text.trim());
  }

  private static InputScaling offset(InputScaling s, double offset) {
    return new InputScaling(offset, s.scale(), s.mean(), s.std());
  }

  private static InputScaling scale(InputScaling s, double scale) {
    return new InputScaling(s.offset(), scale, s.mean(), s.std());
  }

  private static InputScaling mean(InputScaling s, List<Double> mean) {
    return new InputScaling(s.offset(), s.scale(), mean, s.std());
  }

  private static InputScaling std(InputScaling s, List<Double> std) {
    return new InputScaling(s.offset(), s.scale(), s.mean(), std);
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path: " + e.getReason(), e);
    }
  }

  private static List<Double> numbers(String text) {
    List<Double> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      numbers.add(number(part.trim()));
    }
    return numbers;
  }

  private static double number(String text) {
    int slash = text.indexOf('/');
    double value;
    try {
      value =
          slash < 0
              ? Double.parseDouble(text)
              : Double.parseDouble(text.substring(0, slash))
                  / Double.parseDouble(text.substring(slash + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is neither a number nor a fraction", e);
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("'" + text + "' is not finite");
    }
    return value;
  }

  private static int integer(String text, int least) {
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least) {
      throw new IllegalArgumentException(
          "'" + text + "' is no integer, expected " + least + " or more");
    }
    return Integer.parseInt(text);
  }

  private static long seed(String text) {
    if (!text.matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException("'" + text + "' is no integer");
    }
    return Long.parseLong(text);
  }

  private static boolean flag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("'" + text + "', expected true or false");
    }
    return text.equals("true");
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT);
      if (name.equals(text.toLowerCase(Locale.ROOT))) {
        return constant;
      }
      names.add(name);
    }
    throw new IllegalArgumentException("'" + text + "', expected " + String.join(" or ", names));
  }
}
