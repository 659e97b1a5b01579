package dev.coppice.compiler.emit.java;

import dev.coppice.compiler.lowering.Binding;
import dev.coppice.compiler.lowering.KernelCall;
import java.util.ArrayList;
import java.util.List;

/** What the calls of kernels are given: arrays of the model class or of the caller, and offsets. */
final class CallArguments {
  private final ModelContext c;

  CallArguments(ModelContext c) {
    this.c = c;
  }

  /** The call as an expression; one with parts is of the part and the worker at hand. */
  String call(KernelCall call, KernelNames names) {
    List<String> arguments = new ArrayList<>();
    call.bindings().forEach(b -> arguments.add(array(b) + ", " + place(b)));
    if (call.kernel().parts().isPresent()) {
      arguments.add(ModelParts.PART);
    }
    return names.kernel(call.kernel()) + "(" + String.join(", ", arguments) + ")";
  }

  /** The first element of what is bound. */
  String element(Binding b) {
    return array(b) + "[" + offset(b) + "]";
  }

  /** The offset of what is bound, for the worker at hand. */
  private String place(Binding b) {
    int distance =
        b instanceof Binding.ScratchFlat s
            ? s.perWorker()
            : b instanceof Binding.ScratchRows s ? s.perWorker() : 0;
    int first = offset(b);
    return distance == 0
        ? "" + first
        : distance + " * " + ModelParts.WORKER + (first == 0 ? "" : " + " + first);
  }

  private String array(Binding b) {
    if (b instanceof Binding.PortIn p) {
      return c.inputNames().get(p.input());
    }
    if (b instanceof Binding.PortOut p) {
      return c.outputNames().get(p.output());
    }
    if (b instanceof Binding.Arena a) {
      return FieldNames.arena(a.storage());
    }
    if (b instanceof Binding.ScratchFlat s) {
      return FieldNames.arena(s.storage());
    }
    if (b instanceof Binding.ScratchRows s) {
      return FieldNames.planes(s.storage());
    }
    if (b instanceof Binding.RowWeights w) {
      return FieldNames.weightRows(c.plan().weights().get(w.weight()).data().dtype().storage());
    }
    int w = ((Binding.FlatWeights) b).weight();
    return FieldNames.weights(c.plan().weights().get(w).data().dtype().storage());
  }

  private int offset(Binding b) {
    if (b instanceof Binding.PortIn p) {
      return p.offset();
    }
    if (b instanceof Binding.PortOut p) {
      return p.offset();
    }
    if (b instanceof Binding.Arena a) {
      return c.memory().slots().get(a.slot()).offset() + a.offset();
    }
    if (b instanceof Binding.ScratchFlat s) {
      return c.memory().slots().get(s.slot()).offset();
    }
    if (b instanceof Binding.ScratchRows s) {
      return s.firstRow();
    }
    if (b instanceof Binding.RowWeights r) {
      return c.layout().offsets().get(r.weight());
    }
    Binding.FlatWeights w = (Binding.FlatWeights) b;
    return c.layout().offsets().get(w.weight()) + w.offset();
  }
}
