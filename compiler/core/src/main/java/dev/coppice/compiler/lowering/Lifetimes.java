package dev.coppice.compiler.lowering;

import java.util.Arrays;
import java.util.List;

/**
 * From which call to which a slot holds something. A slot lives from the first to the last call
 * that binds it; one that a loop reads but does not write first, or hands on, lives through all of
 * the loop.
 *
 * @param first index of the first call, by slot; -1 for a slot that nothing binds
 * @param last index of the last call, by slot
 */
record Lifetimes(int[] first, int[] last) {
  /** The lifetimes of the slots of {@code plan}. */
  static Lifetimes of(KernelPlan plan) {
    int count = plan.slots().size();
    Lifetimes l = new Lifetimes(new int[count], new int[count]);
    Arrays.fill(l.first, -1);
    for (int c = 0; c < plan.calls().size(); c++) {
      for (Binding b : plan.calls().get(c).bindings()) {
        l.touch(b, c);
      }
    }
    l.extend(plan.blocks(), plan.calls().size());
    return l;
  }

  private void touch(Binding b, int call) {
    int slot =
        b instanceof Binding.Arena a
            ? a.slot()
            : b instanceof Binding.ScratchFlat s ? s.slot() : -1;
    if (slot >= 0) {
      first[slot] = first[slot] < 0 ? call : Math.min(first[slot], call);
      last[slot] = Math.max(last[slot], call);
    }
  }

  private void extend(List<Block> blocks, int calls) {
    for (Block block : blocks) {
      int at = Math.min(block.from(), calls - 1);
      if (block instanceof Block.Choice c) {
        touch(c.condition(), at);
        extend(c.then(), calls);
        extend(c.otherwise(), calls);
      } else if (block instanceof Block.Check c) {
        touch(c.value(), at);
      } else if (block instanceof Block.Repeat r) {
        touch(r.condition(), at);
        extend(r.body(), calls);
        extend(r);
      }
    }
  }

  private void extend(Block.Repeat loop) {
    for (int s = 0; s < first.length; s++) {
      boolean within = first[s] < loop.to() && last[s] >= loop.from();
      if (first[s] < 0 || !within) {
        continue;
      }
      if (first[s] < loop.from()) {
        last[s] = Math.max(last[s], loop.to() - 1);
      } else if (last[s] >= loop.to()) {
        first[s] = loop.from();
      }
    }
  }
}
