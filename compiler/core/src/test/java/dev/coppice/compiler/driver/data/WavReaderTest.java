package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WavReaderTest {
  @TempDir Path folder;

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] chunk(String name, int announced, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(name.getBytes(StandardCharsets.US_ASCII));
    out.write(buffer(4).putInt(announced).array());
    out.write(content);
    out.write(new byte[content.length % 2]);
    return out.toByteArray();
  }

  static byte[] chunk(String name, byte[] content) throws IOException {
    return chunk(name, content.length, content);
  }

  static ByteBuffer format(int tag, int channels, int rate, int bits, int more) {
    int align = channels * bits / 8;
    ByteBuffer format = buffer(16 + more).putShort((short) tag).putShort((short) channels);
    format.putInt(rate).putInt(rate * align).putShort((short) align).putShort((short) bits);
    return format;
  }

  static byte[] file(byte[]... chunks) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write("WAVE".getBytes(StandardCharsets.US_ASCII));
    for (byte[] chunk : chunks) {
      all.write(chunk);
    }
    return chunk("RIFF", all.toByteArray());
  }

  static byte[] pcm16(int channels, int rate, int... samples) throws IOException {
    ByteBuffer data = buffer(2 * samples.length);
    for (int sample : samples) {
      data.putShort((short) sample);
    }
    return file(
        chunk("fmt ", format(1, channels, rate, 16, 0).array()), chunk("data", data.array()));
  }

  private WavReader open(byte[] bytes) throws IOException {
    return WavReader.open(Files.write(folder.resolve("a.wav"), bytes));
  }

  private float[] mono(int tag, int bits, ByteBuffer data) throws IOException {
    WavReader reader =
        open(
            file(
                chunk("fmt ", format(tag, 1, 8000, bits, 0).array()), chunk("data", data.array())));
    return reader.read(0, 100, OptionalInt.empty());
  }

  private void assertRefused(byte[] bytes, String message) {
    CompileException e = assertThrows(CompileException.class, () -> open(bytes));
    assertEquals("[DataInvalid] " + folder.resolve("a.wav") + ": " + message + ".", e.getMessage());
  }

  @Test
  void readsIntegersOfEveryWidth() throws IOException {
    float[] expected = {-1, 0, 0.5f};
    byte[] bytes = {0, (byte) 128, (byte) 192};
    assertArrayEquals(expected, mono(1, 8, ByteBuffer.wrap(bytes)));
    ByteBuffer shorts = buffer(6).putShort(Short.MIN_VALUE).putShort((short) 0);
    assertArrayEquals(expected, mono(1, 16, shorts.putShort((short) 0x4000)));
    byte[] threes = {0, 0, (byte) 0x80, 0, 0, 0, 0, 0, 0x40};
    assertArrayEquals(expected, mono(1, 24, ByteBuffer.wrap(threes)));
    ByteBuffer ints = buffer(12).putInt(Integer.MIN_VALUE).putInt(0).putInt(0x40000000);
    assertArrayEquals(expected, mono(1, 32, ints));
  }

  @Test
  void readsFloats() throws IOException {
    assertArrayEquals(new float[] {0.25f, -2}, mono(3, 32, buffer(8).putFloat(0.25f).putFloat(-2)));
    assertArrayEquals(
        new float[] {0.25f, -2}, mono(3, 64, buffer(16).putDouble(0.25).putDouble(-2)));
  }

  @Test
  void mixesOrChoosesChannels() throws IOException {
    WavReader reader = open(pcm16(2, 16000, 0x4000, 0, -0x4000, 0x2000));
    assertEquals(2, reader.channels());
    assertEquals(16000, reader.rate());
    assertEquals(2, reader.frames());
    assertArrayEquals(new float[] {0.25f, -0.125f}, reader.read(0, 2, OptionalInt.empty()));
    assertArrayEquals(new float[] {0, 0.25f}, reader.read(0, 2, OptionalInt.of(1)));
    assertArrayEquals(new float[] {-0.5f}, reader.read(1, 5, OptionalInt.of(0)));
  }

  @Test
  void readsTheExtensibleFormat() throws IOException {
    ByteBuffer format = format(0xFFFE, 1, 8000, 16, 24).putShort((short) 22).putShort((short) 16);
    format.putInt(4).putShort((short) 1);
    byte[] data = {0, 0x40};
    WavReader reader = open(file(chunk("fmt ", format.array()), chunk("data", data)));
    assertArrayEquals(new float[] {0.5f}, reader.read(0, 1, OptionalInt.empty()));
  }

  @Test
  void passesOverOtherChunks() throws IOException {
    byte[] format = format(1, 1, 8000, 8, 2).array();
    byte[] odd = {1, 2, 3};
    byte[] data = {(byte) 192};
    WavReader reader =
        open(
            file(
                chunk("LIST", odd),
                chunk("fmt ", format),
                chunk("fact", odd),
                chunk("data", data)));
    assertArrayEquals(new float[] {0.5f}, reader.read(0, 1, OptionalInt.empty()));
  }

  @Test
  void readsToTheEndWhereTheLengthIsUnknown() throws IOException {
    byte[] format = chunk("fmt ", format(1, 1, 8000, 8, 0).array());
    assertEquals(4, open(file(format, chunk("data", -1, new byte[4]))).frames());
  }

  @Test
  void refusesDamage() throws IOException {
    byte[] whole = pcm16(2, 8000, 1, 2, 3, 4);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      CompileException e = assertThrows(CompileException.class, () -> open(cut), "" + length);
      assertTrue(e.getMessage().startsWith("[DataInvalid] " + folder), e.getMessage());
    }
    assertRefused(
        Arrays.copyOf(whole, whole.length - 3),
        "the header announces 8 bytes of samples, but 5 follow it");
    assertRefused(Arrays.copyOf(whole, 20), "the header is cut short");
    assertRefused(pcm16(1, 8000), "the recording is empty");
    CompileException e =
        assertThrows(CompileException.class, () -> WavReader.open(folder.resolve("gone.wav")));
    assertTrue(e.getMessage().endsWith("the file does not exist."), e.getMessage());
  }

  @Test
  void refusesOtherFormats() throws IOException {
    byte[] data = chunk("data", new byte[4]);
    assertRefused(
        file(chunk("fmt ", format(6, 1, 8000, 8, 0).array()), data),
        "samples have format 0x0006 of 8 bits, expected PCM (1) of 8, 16, 24 or 32 bits or float"
            + " (3) of 32 or 64 bits");
    assertRefused(
        file(chunk("fmt ", format(1, 0, 8000, 8, 0).array()), data),
        "the format contradicts itself: 0 channels of 8 bits in 0 bytes, 8000 frames a second");
    assertRefused(file(data), "the data come before their format, expected a chunk 'fmt '");
    assertRefused(file(), "there is no chunk 'data'");
    assertRefused(
        file(chunk("fmt ", new byte[8])), "the chunk 'fmt ' has 8 bytes, expected 16 or more");
    assertRefused(
        "RIFX0000WAVE".getBytes(StandardCharsets.US_ASCII),
        "this is no WAV file: it begins with 'RIFX', expected RIFF ... WAVE");
  }

  @ParameterizedTest
  @CsvSource({"easy10.wav, 160000", "marvin.wav, 16000"})
  void readsSpeech(String name, long frames) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "skipped: no folder of shared data");
    WavReader reader =
        WavReader.open(Shared.folder().orElseThrow().resolve("data/speech").resolve(name));
    assertEquals(16000, reader.rate());
    assertEquals(2, reader.channels());
    assertEquals(frames, reader.frames());
  }
}
