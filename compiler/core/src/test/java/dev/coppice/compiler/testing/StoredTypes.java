package dev.coppice.compiler.testing;

import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Cases of operators with elements of {@linkplain DType#isStoredOnly stored types} instead. */
final class StoredTypes {
  private StoredTypes() {}

  /**
   * The cases of operators on whole tensors, with each stored type that an operator takes in place
   * of the type of operand 0. What elementwise operators take is tested with all its values.
   */
  static List<OpContract.Case> moves(List<OpContract.Case> cases) {
    List<OpContract.Case> moves = new ArrayList<>();
    for (OpContract.Case c : cases) {
      if (!c.operands().isEmpty() && !(c.op() instanceof Pointwise)) {
        Arrays.stream(DType.values())
            .filter(DType::isStoredOnly)
            .map(t -> with(c, t))
            .filter(StoredTypes::isTaken)
            .forEach(moves::add);
      }
    }
    return moves;
  }

  /** Whether each element of a stored type among {@code results} is an operand's or zero. */
  static boolean isMoved(List<Tensor> operands, List<Tensor> results) {
    Set<Long> known = new TreeSet<>(Set.of(0L));
    operands.stream()
        .filter(t -> t.dtype().isStoredOnly())
        .forEach(t -> Arrays.stream(t.toLongs()).forEach(known::add));
    return results.stream()
        .filter(t -> t.dtype().isStoredOnly())
        .allMatch(t -> Arrays.stream(t.toLongs()).allMatch(known::contains));
  }

  private static OpContract.Case with(OpContract.Case c, DType stored) {
    DType replaced = c.operands().get(0).dtype();
    List<Tensor> operands = new ArrayList<>();
    for (Tensor t : c.operands()) {
      operands.add(
          t.dtype() == replaced
              ? OpContract.random(operands.size() + 1, stored, t.shape().dims())
              : t);
    }
    return new OpContract.Case(c.op(), operands, c.constants(), List.of());
  }

  private static boolean isTaken(OpContract.Case c) {
    try {
      c.op().inferTypes(c.types());
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
