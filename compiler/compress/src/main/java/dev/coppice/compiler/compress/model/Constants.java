package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The constants of a graph by name, in the order in which they came. */
final class Constants {
  private final TensorReader reader;
  private final Map<String, Constant> all;

  private Constants(TensorReader reader, Map<String, Constant> all) {
    this.reader = reader;
    this.all = all;
  }

  /** Those that a file has as {@code initializers}; {@code options} say what it is called. */
  static Constants of(List<TensorProto> initializers, ImportOptions options) {
    Map<String, Constant> all = new LinkedHashMap<>();
    initializers.forEach(t -> all.put(t.getName(), Constant.of(t)));
    return new Constants(
        new TensorReader(SourceRef.file(options.fileName()), options.limits()), all);
  }

  /** A copy that is edited by itself; tensors are shared. */
  Constants copy() {
    return new Constants(reader, new LinkedHashMap<>(all));
  }

  /** Takes over all of {@code other} instead of its own. */
  void become(Constants other) {
    all.clear();
    all.putAll(other.all);
  }

  /** Whether there is one called {@code name}. */
  boolean has(String name) {
    return all.containsKey(name);
  }

  /** The data of {@code name}, if there is such a constant. */
  Optional<Tensor> data(String name) {
    return Optional.ofNullable(all.get(name)).map(c -> c.tensor(reader));
  }

  /** Their names; a view. */
  Set<String> names() {
    return Collections.unmodifiableSet(all.keySet());
  }

  /** Adds {@code name}, or gives it other data. */
  void put(String name, Tensor data) {
    all.put(name, Constant.of(data));
  }

  /** Removes {@code name}. */
  void remove(String name) {
    all.remove(name);
  }

  /** Removes those whose names are not among {@code names}. */
  void retain(Collection<String> names) {
    all.keySet().retainAll(names);
  }

  /** All of them as a file stores them. */
  List<TensorProto> messages() {
    return all.entrySet().stream().map(e -> e.getValue().message(e.getKey())).toList();
  }
}
