package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WavSamplesTest {
  private static final SourceRef WHERE = SourceRef.file("talk");

  /** Makes shorts of what is read. */
  private static final InputScaling SHORTS = new InputScaling(0, 32768, List.of(), List.of());

  @TempDir Path folder;

  private Path recording(String name, int rate, int... samples) throws IOException {
    return Files.write(folder.resolve(name), WavReaderTest.pcm16(1, rate, samples));
  }

  private static WavSamples samples(AudioWindow window, int size, Path... files) {
    Port port = new Port("x", DType.FLOAT32, Shape.of(1, size));
    return new WavSamples(List.of(files), port, SHORTS, window, WHERE);
  }

  private static float[] at(WavSamples samples, int i) {
    return samples.inputs(i).get(0).toFloats();
  }

  private static void assertRefused(String message, AudioWindow window, Path... files) {
    CompileException e = assertThrows(CompileException.class, () -> samples(window, 2, files));
    assertEquals("[DataInvalid] " + message + ".", e.getMessage());
  }

  @Test
  void cutsWindowsSideBySide() throws IOException {
    WavSamples samples = samples(AudioWindow.DEFAULT, 2, recording("a.wav", 8000, 1, 2, 3, 4, 5));
    assertEquals(2, samples.count());
    assertArrayEquals(new float[] {3, 4}, at(samples, 1));
  }

  @Test
  void hopsAndGoesOnWithTheNextRecording() throws IOException {
    Path a = recording("a.wav", 8000, 1, 2, 3, 4);
    Path b = recording("b.wav", 8000, 5, 6, 7);
    WavSamples samples = samples(AudioWindow.DEFAULT.withHop(1), 2, a, b);
    assertEquals(5, samples.count());
    assertArrayEquals(new float[] {3, 4}, at(samples, 2));
    assertArrayEquals(new float[] {5, 6}, at(samples, 3));
    Labels labels = samples.labels(Optional.of(Labels.of(List.of(9, 8))), WHERE).orElseThrow();
    assertEquals(5, labels.count());
    assertEquals(9, labels.at(2));
    assertEquals(8, labels.at(3));
  }

  @Test
  void addsSilence() throws IOException {
    Path a = recording("a.wav", 8000, 1, 2, 3);
    assertArrayEquals(new float[] {1, 2, 3, 0, 0}, at(samples(AudioWindow.DEFAULT, 5, a), 0));
    WavSamples narrow = samples(AudioWindow.DEFAULT.withLength(2), 3, a);
    assertEquals(1, narrow.count());
    assertArrayEquals(new float[] {1, 2, 0}, at(narrow, 0));
  }

  @Test
  void refusesToResample() throws IOException {
    Path slow = recording("slow.wav", 8000, 1, 2);
    Path fast = recording("fast.wav", 16000, 1, 2);
    assertRefused(
        slow
            + ": the recording has 8000 frames a second, expected 16000; resample it, which is not"
            + " done here",
        AudioWindow.DEFAULT.withRate(16000),
        slow);
    assertRefused(
        fast
            + ": the recording has 16000 frames a second, expected 8000 as the first of the folder"
            + " has; resample it, which is not done here",
        AudioWindow.DEFAULT,
        slow,
        fast);
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    Path a = recording("a.wav", 8000, 1, 2);
    assertRefused(
        a + ": there is no channel 1, the recording has 1, counted from 0",
        AudioWindow.DEFAULT.withChannel(1),
        a);
    assertRefused(
        "talk: the window has 3 frames, but input 'x' f32[1,2] takes 2",
        AudioWindow.DEFAULT.withLength(3),
        a);
    WavSamples one = samples(AudioWindow.DEFAULT, 2, a);
    CompileException e =
        assertThrows(
            CompileException.class, () -> one.labels(Optional.of(Labels.of(List.of(1, 2))), WHERE));
    assertEquals("[DataInvalid] talk: 2 labels for 1 recordings.", e.getMessage());
    Port shorts = new Port("x", DType.INT16, Shape.of(2));
    e =
        assertThrows(
            CompileException.class,
            () ->
                new WavSamples(List.of(a), shorts, InputScaling.NONE, AudioWindow.DEFAULT, WHERE));
    assertEquals(
        "[DataInvalid] talk: recordings are -1 to 1, but input 'x' is i16[2]; give scale, for"
            + " example 32768.",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> AudioWindow.DEFAULT.withHop(0));
  }

  /** The shared noise suppressor hears 512 frames every 128. */
  @Test
  void cutsSpeech() {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "skipped: no folder of shared data");
    Path speech = Shared.folder().orElseThrow().resolve("data/speech");
    AudioWindow window = AudioWindow.DEFAULT.withRate(16000).withHop(128).withChannel(0);
    WavSamples samples =
        samples(window, 512, speech.resolve("easy10.wav"), speech.resolve("marvin.wav"));
    assertEquals((160000 - 512) / 128 + 1 + (16000 - 512) / 128 + 1, samples.count());
    float[] next = at(samples, 201);
    float[] overlap = at(samples, 200);
    assertEquals(overlap[128 + 17], next[17]);
  }
}
