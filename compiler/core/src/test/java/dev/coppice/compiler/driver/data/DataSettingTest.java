package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DataSettingTest {
  private static final DataSpec SPEC = DataSpec.of(Path.of("d"));

  private static DataSpec apply(DataSpec spec, String key, String text) {
    return DataSetting.of(key).orElseThrow().apply(spec, text);
  }

  @Test
  void fillsEveryPart() {
    DataSpec spec = SPEC;
    String[][] settings = {
      {"labels", "l.csv"},
      {"offset", "-1"},
      {"scale", "1/255"},
      {"mean", "0.5, 0.25,1/8"},
      {"std", "2"},
      {"layout", "nhwc"},
      {"resize", "32x16"},
      {"crop", "true"},
      {"channels", "BGR"},
      {"window", "512"},
      {"hop", "128"},
      {"rate", "16000"},
      {"audio-channel", "0"},
      {"samples", "10..20"},
      {"every", "3"},
      {"shuffle", "-7"}
    };
    for (String[] setting : settings) {
      spec = apply(spec, setting[0], setting[1]);
    }
    assertEquals(
        new DataSpec(
            Path.of("d"),
            Optional.of(Path.of("l.csv")),
            Optional.empty(),
            new InputScaling(-1, 1 / 255.0, List.of(0.5, 0.25, 0.125), List.of(2.0)),
            Layout.NHWC,
            new Framing(OptionalInt.of(32), OptionalInt.of(16), true),
            ChannelOrder.BGR,
            new AudioWindow(
                OptionalInt.of(512), OptionalInt.of(128), OptionalInt.of(16000), OptionalInt.of(0)),
            new Selection(10, OptionalInt.of(20), 3, OptionalLong.of(-7))),
        spec);
    assertEquals(settings.length + 1, DataSetting.keys().size());
  }

  @Test
  void takesLabelsFromOnePlace() {
    DataSpec column = apply(SPEC, "label-column", "last");
    assertEquals(Optional.of("last"), column.labelColumn());
    assertThrows(IllegalArgumentException.class, () -> apply(column, "labels", "l.csv"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "scale | 1/0 | '1/0' is not finite",
        "mean | 1,,2 | '' is neither a number nor a fraction",
        "std | 0 | std is [0.0], expected no 0",
        "layout | hwc | 'hwc', expected nchw or nhwc",
        "resize | big | 'big' is no size, expected WIDTHxHEIGHT or the length of the shorter side",
        "crop | yes | 'yes', expected true or false",
        "channels | grey | 'grey', expected rgb or bgr",
        "hop | 0 | '0' is no integer, expected 1 or more",
        "samples | 5 | '5' is no range of samples, expected the likes of 0..500 or 500..",
        "samples | 5..3 | samples 5..3 are no range",
        "shuffle | x | 'x' is no integer"
      })
  void saysWhatIsWrong(String key, String text, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> apply(SPEC, key, text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void knowsNoOtherKey() {
    assertEquals(Optional.empty(), DataSetting.of("sclae"));
  }
}
