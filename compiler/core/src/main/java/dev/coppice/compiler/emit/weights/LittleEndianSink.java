package dev.coppice.compiler.emit.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers to a stream, lowest byte first, through a buffer that {@link #flush} empties. */
final class LittleEndianSink {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream out;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  LittleEndianSink(OutputStream out) {
    this.out = out;
  }

  void int8(int value) throws IOException {
    room(1).put((byte) value);
  }

  void int16(int value) throws IOException {
    room(2).putShort((short) value);
  }

  void int32(int value) throws IOException {
    room(4).putInt(value);
  }

  void int64(long value) throws IOException {
    room(8).putLong(value);
  }

  void float32(float value) throws IOException {
    room(4).putInt(Float.floatToRawIntBits(value));
  }

  void float64(double value) throws IOException {
    room(8).putLong(Double.doubleToRawLongBits(value));
  }

  void floats(float[] values) throws IOException {
    for (float value : values) {
      float32(value);
    }
  }

  void bytes(byte[] values) throws IOException {
    flush();
    out.write(values, 0, values.length);
  }

  void flush() throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  private ByteBuffer room(int length) throws IOException {
    if (buffer.remaining() < length) {
      flush();
    }
    return buffer;
  }
}
