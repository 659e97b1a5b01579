package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Recordings in the WAVE form of RIFF (Multimedia Programming Interface and Data Specifications
 * 1.0, chapter 3; WAVEFORMATEXTENSIBLE for the tag 0xFFFE): PCM of 8 (unsigned), 16, 24 and 32 bits
 * or IEEE floats of 32 and 64 bits. Integers become -1 to 1: they are divided by 2 to the power of
 * bits - 1. The header is read at once, frames when they are asked for.
 */
final class WavReader {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int FORMAT_BYTES = 16;
  private static final int EXTENSIBLE_BYTES = 40;

  /** What a writer that does not know the length yet puts for it. */
  private static final long UNKNOWN_LENGTH = 0xFFFFFFFFL;

  private final Path file;
  private final Format format;
  private final long dataAt;
  private final long frames;

  private WavReader(Path file, Format format, long dataAt, long frames) {
    this.file = file;
    this.format = format;
    this.dataAt = dataAt;
    this.frames = frames;
  }

  /** What one frame is: a sample a channel. */
  private record Format(int tag, int channels, int rate, int bits) {
    int frameBytes() {
      return channels * bits / 8;
    }

    double sample(ByteBuffer data, int at) {
      if (tag == FLOAT) {
        return bits == 32 ? data.getFloat(at) : data.getDouble(at);
      }
      return switch (bits) {
        case 8 -> ((data.get(at) & 0xFF) - 128) / 0x1p7;
        case 16 -> data.getShort(at) / 0x1p15;
        case 24 -> (data.get(at + 2) << 16 | data.getShort(at) & 0xFFFF) / 0x1p23;
        default -> data.getInt(at) / 0x1p31;
      };
    }
  }

  /**
   * The recording in {@code file}.
   *
   * @throws dev.coppice.compiler.diag.CompileException with one diagnostic if it is cut short or of
   *     another form
   */
  static WavReader open(Path file) {
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      return open(file, in);
    } catch (MalformedData e) {
      throw DataFile.invalid(SourceRef.file(file.toString()), e.getMessage());
    } catch (NoSuchFileException e) {
      throw DataFile.invalid(SourceRef.file(file.toString()), "the file does not exist");
    } catch (EOFException e) {
      throw DataFile.invalid(SourceRef.file(file.toString()), "the header is cut short");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static WavReader open(Path file, SeekableByteChannel in) throws IOException {
    ByteBuffer head = bytes(in, 12);
    if (!text(head, 0).equals("RIFF") || !text(head, 8).equals("WAVE")) {
      throw new MalformedData(
          "this is no WAV file: it begins with '" + text(head, 0) + "', expected RIFF ... WAVE");
    }
    Format format = null;
    while (in.position() < in.size()) {
      ByteBuffer chunk = bytes(in, 8);
      long length = chunk.getInt(4) & 0xFFFFFFFFL;
      long start = in.position();
      if (text(chunk, 0).equals("fmt ")) {
        format = format(in, length);
      } else if (text(chunk, 0).equals("data")) {
        if (format == null) {
          throw new MalformedData("the data come before their format, expected a chunk 'fmt '");
        }
        return new WavReader(file, format, start, frames(format, length, in.size() - start));
      }
      in.position(start + length + length % 2);
    }
    throw new MalformedData("there is no chunk 'data'");
  }

  private static Format format(SeekableByteChannel in, long length) throws IOException {
    if (length < FORMAT_BYTES) {
      throw new MalformedData("the chunk 'fmt ' has " + length + " bytes, expected 16 or more");
    }
    ByteBuffer chunk = bytes(in, (int) Math.min(length, EXTENSIBLE_BYTES));
    int tag = chunk.getShort(0) & 0xFFFF;
    if (tag == EXTENSIBLE && length >= EXTENSIBLE_BYTES) {
      // The format's identifier begins with the tag; the rest of it is the same for all tags.
      tag = chunk.getShort(24) & 0xFFFF;
    }
    int channels = chunk.getShort(2) & 0xFFFF;
    int rate = chunk.getInt(4);
    int align = chunk.getShort(12) & 0xFFFF;
    int bits = chunk.getShort(14) & 0xFFFF;
    boolean known =
        tag == PCM && bits % 8 == 0 && bits >= 8 && bits <= 32
            || tag == FLOAT && (bits == 32 || bits == 64);
    if (!known) {
      throw new MalformedData(
          String.format(
              Locale.ROOT,
              "samples have format 0x%04X of %d bits, expected PCM (1) of 8, 16, 24 or 32 bits or"
                  + " float (3) of 32 or 64 bits",
              tag,
              bits));
    }
    if (channels == 0 || rate <= 0 || align != channels * bits / 8) {
      throw new MalformedData(
          String.format(
              Locale.ROOT,
              "the format contradicts itself: %d channels of %d bits in %d bytes, %d frames a"
                  + " second",
              channels,
              bits,
              align,
              rate));
    }
    return new Format(tag, channels, rate, bits);
  }

  private static long frames(Format format, long announced, long present) throws MalformedData {
    if (announced > present && announced != UNKNOWN_LENGTH) {
      throw new MalformedData(
          "the header announces " + announced + " bytes of samples, but " + present + " follow it");
    }
    long frames = Math.min(announced, present) / format.frameBytes();
    if (frames == 0) {
      throw new MalformedData("the recording is empty");
    }
    return frames;
  }

  private static ByteBuffer bytes(SeekableByteChannel in, int n) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  private static String text(ByteBuffer bytes, int at) {
    return StandardCharsets.ISO_8859_1.decode(bytes.slice(at, 4)).toString();
  }

  private static RuntimeException unreadable(Path file, IOException e) {
    return DataFile.invalid(
        SourceRef.file(file.toString()), "the file cannot be read: " + FileProblem.of(e));
  }

  /** Frames a second. */
  int rate() {
    return format.rate;
  }

  /** Number of channels. */
  int channels() {
    return format.channels;
  }

  /** Number of frames, at least 1. */
  long frames() {
    return frames;
  }

  /**
   * Up to {@code n} frames from {@code from}, as many as there are.
   *
   * @param channel the one to take; empty for the mean of all
   * @throws dev.coppice.compiler.diag.CompileException if the file has changed and cannot be read
   */
  float[] read(long from, int n, OptionalInt channel) {
    int count = (int) Math.min(n, frames - from);
    ByteBuffer data;
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      in.position(dataAt + from * format.frameBytes());
      data = bytes(in, count * format.frameBytes());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (float) frame(data, i * format.frameBytes(), channel);
    }
    return samples;
  }

  private double frame(ByteBuffer data, int at, OptionalInt channel) {
    int bytes = format.bits / 8;
    if (channel.isPresent()) {
      return format.sample(data, at + channel.getAsInt() * bytes);
    }
    double sum = 0;
    for (int c = 0; c < format.channels; c++) {
      sum += format.sample(data, at + c * bytes);
    }
    return sum / format.channels;
  }
}
