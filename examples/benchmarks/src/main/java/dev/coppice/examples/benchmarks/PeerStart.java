package dev.coppice.examples.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that runs a model once with ONNX Runtime on one thread, on zeros, writes a byte and
 * waits for the end of its input: what {@code StartTimes} compares with.
 */
final class PeerStart {
  private PeerStart() {}

  /**
   * Arguments for a model.
   *
   * @throws UnsupportedOperationException if an input is not of float32
   */
  static List<String> arguments(String file, List<Port> inputs) {
    List<String> arguments = new ArrayList<>(List.of(file));
    for (Port p : inputs) {
      if (p.dtype() != DType.FLOAT32) {
        throw new UnsupportedOperationException(
            "input " + p.name() + " is " + p.dtype().label() + "; starts are measured of f32");
      }
      StringBuilder shape = new StringBuilder(p.name());
      for (int axis = 0; axis < p.shape().rank(); axis++) {
        shape.append(axis == 0 ? '=' : 'x').append(p.shape().dim(axis));
      }
      arguments.add(shape.toString());
    }
    return arguments;
  }

  /** Takes a model file, then {@code NAME=SIZExSIZE...} for each input. */
  public static void main(String[] arguments) throws OrtException, IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    OrtSession session = environment.createSession(arguments[0], options);
    Map<String, OnnxTensor> feed = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      int equals = arguments[i].lastIndexOf('=');
      long[] shape =
          Arrays.stream(arguments[i].substring(equals + 1).split("x"))
              .mapToLong(Long::parseLong)
              .toArray();
      int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      FloatBuffer zeros =
          ByteBuffer.allocateDirect(4 * size).order(ByteOrder.nativeOrder()).asFloatBuffer();
      feed.put(
          arguments[i].substring(0, equals), OnnxTensor.createTensor(environment, zeros, shape));
    }
    session.run(feed);
    System.out.write('.');
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nothing is written to it.
    }
  }
}
