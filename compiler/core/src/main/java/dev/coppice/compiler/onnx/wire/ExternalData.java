package dev.coppice.compiler.onnx.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.FunctionProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.StringStringEntryProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensor data in files beside the model. Locations are relative, and neither {@code ..} nor a
 * symbolic link may lead out of the model's folder. What several tensors share is read once.
 */
final class ExternalData {
  private record Range(Path file, long offset, long length) {}

  private final Path folder;
  private final ImportLimits limits;
  private final SourceRef where;
  private final Map<Range, ByteString> loaded = new HashMap<>();
  private long total;

  ExternalData(Path folder, ImportLimits limits, SourceRef where) {
    this.folder = folder;
    this.limits = limits;
    this.where = where;
  }

  /** {@code model} with external data turned into raw data. */
  ModelProto inline(ModelProto model) {
    if (!isExternal(model.getGraph())
        && model.getFunctionsList().stream()
            .noneMatch(f -> f.getNodeList().stream().anyMatch(ExternalData::isExternal))) {
      return model;
    }
    ModelProto.Builder out = model.toBuilder().setGraph(inline(model.getGraph()));
    for (int i = 0; i < out.getFunctionsCount(); i++) {
      FunctionProto.Builder function = out.getFunctions(i).toBuilder();
      for (int j = 0; j < function.getNodeCount(); j++) {
        function.setNode(j, inline(function.getNode(j)));
      }
      out.setFunctions(i, function);
    }
    return out.build();
  }

  private static boolean isExternal(GraphProto graph) {
    return graph.getInitializerList().stream().anyMatch(ExternalData::isExternal)
        || graph.getSparseInitializerList().stream().anyMatch(ExternalData::isExternal)
        || graph.getNodeList().stream().anyMatch(ExternalData::isExternal);
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private static boolean isExternal(SparseTensorProto tensor) {
    return isExternal(tensor.getValues()) || isExternal(tensor.getIndices());
  }

  private static boolean isExternal(NodeProto node) {
    return node.getAttributeList().stream()
        .anyMatch(
            a ->
                isExternal(a.getT())
                    || a.getTensorsList().stream().anyMatch(ExternalData::isExternal)
                    || isExternal(a.getSparseTensor())
                    || isExternal(a.getG())
                    || a.getGraphsList().stream().anyMatch(ExternalData::isExternal));
  }

  private GraphProto inline(GraphProto graph) {
    if (!isExternal(graph)) {
      return graph;
    }
    GraphProto.Builder out = graph.toBuilder();
    for (int i = 0; i < out.getInitializerCount(); i++) {
      out.setInitializer(i, inline(out.getInitializer(i)));
    }
    for (int i = 0; i < out.getSparseInitializerCount(); i++) {
      out.setSparseInitializer(i, inline(out.getSparseInitializer(i)));
    }
    for (int i = 0; i < out.getNodeCount(); i++) {
      out.setNode(i, inline(out.getNode(i)));
    }
    return out.build();
  }

  private SparseTensorProto inline(SparseTensorProto tensor) {
    return tensor.toBuilder()
        .setValues(inline(tensor.getValues()))
        .setIndices(inline(tensor.getIndices()))
        .build();
  }

  private NodeProto inline(NodeProto node) {
    if (!isExternal(node)) {
      return node;
    }
    NodeProto.Builder out = node.toBuilder();
    for (int i = 0; i < out.getAttributeCount(); i++) {
      out.setAttribute(i, inline(out.getAttribute(i)));
    }
    return out.build();
  }

  private AttributeProto inline(AttributeProto attribute) {
    AttributeProto.Builder out = attribute.toBuilder();
    if (attribute.hasT()) {
      out.setT(inline(attribute.getT()));
    }
    if (attribute.hasSparseTensor()) {
      out.setSparseTensor(inline(attribute.getSparseTensor()));
    }
    if (attribute.hasG()) {
      out.setG(inline(attribute.getG()));
    }
    for (int i = 0; i < out.getTensorsCount(); i++) {
      out.setTensors(i, inline(out.getTensors(i)));
    }
    for (int i = 0; i < out.getGraphsCount(); i++) {
      out.setGraphs(i, inline(out.getGraphs(i)));
    }
    return out.build();
  }

  private TensorProto inline(TensorProto tensor) {
    if (!isExternal(tensor)) {
      return tensor;
    }
    Map<String, String> keys = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      keys.put(entry.getKey(), entry.getValue());
    }
    String location = keys.getOrDefault("location", "");
    Path file = resolve(tensor, location);
    try {
      long size = Files.size(file);
      long offset = number(tensor, keys, "offset", 0);
      long length = number(tensor, keys, "length", Math.max(0, size - offset));
      if (offset > size || length > size - offset) {
        throw refused(
            tensor,
            "bytes "
                + offset
                + " to "
                + sum(offset, length)
                + " of '"
                + location
                + "', which has "
                + size);
      }
      long expected = Packing.bytes(new TensorReader(where, limits).type(tensor));
      if (length != expected) {
        throw refused(
            tensor, length + " bytes of '" + location + "' where its type takes " + expected);
      }
      return tensor.toBuilder()
          .clearExternalData()
          .clearDataLocation()
          .setRawData(bytes(tensor, new Range(file, offset, length)))
          .build();
    } catch (IOException e) {
      throw refused(tensor, "file '" + location + "', which cannot be read: " + FileProblem.of(e));
    }
  }

  private static String sum(long a, long b) {
    return BigInteger.valueOf(a).add(BigInteger.valueOf(b)).toString();
  }

  private ByteString bytes(TensorProto tensor, Range range) throws IOException {
    ByteString known = loaded.get(range);
    if (known != null) {
      return known;
    }
    total += range.length;
    if (total > limits.fileBytes()) {
      throw new CompileException(
          DiagnosticCode.LIMIT_EXCEEDED,
          where,
          "external data has more than " + limits.fileBytes() + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) range.length);
    try (FileChannel channel = FileChannel.open(range.file)) {
      long at = range.offset;
      while (buffer.hasRemaining()) {
        int n = channel.read(buffer, at);
        if (n < 0) {
          throw refused(tensor, "a file that became shorter while it was read");
        }
        at += n;
      }
    }
    ByteString bytes = UnsafeByteOperations.unsafeWrap(buffer.array());
    loaded.put(range, bytes);
    return bytes;
  }

  private Path resolve(TensorProto tensor, String location) {
    if (location.isEmpty()) {
      throw refused(tensor, "a file but names none");
    }
    try {
      Path relative = folder.getFileSystem().getPath(location);
      boolean drive = location.length() > 1 && location.charAt(1) == ':';
      if (relative.isAbsolute()
          || drive
          || location.startsWith("\\")
          || List.of(location.split("[/\\\\]")).contains("..")) {
        throw refused(tensor, "file '" + location + "', which is outside the model's folder");
      }
      Path file = folder.resolve(relative);
      if (!Files.isRegularFile(file)) {
        throw refused(tensor, "file '" + location + "', which is not there");
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw refused(tensor, "file '" + location + "', which is outside the model's folder");
      }
      return file;
    } catch (InvalidPathException | IOException e) {
      throw refused(tensor, "file '" + location + "', which is not a usable path");
    }
  }

  private long number(TensorProto tensor, Map<String, String> keys, String key, long otherwise) {
    String text = keys.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, together with negative numbers.
    }
    throw refused(tensor, key + " '" + text + "', which is not a number of bytes");
  }

  private CompileException refused(TensorProto tensor, String problem) {
    return new CompileException(
        DiagnosticCode.EXTERNAL_DATA_INVALID, where, tensor.getName(), problem);
  }
}
