package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.tensor.DType;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RegisterOperationsTest {
  private static final LoopType REGISTER = LoopType.FLOAT.times(LoopType.REGISTER);
  private static final Var ONE = new Var("one", REGISTER);
  private static final Expr R = Exprs.ref(ONE);
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Buffer.Role.INPUT, 64);

  private static Set<Expr> of(Expr... stored) {
    List<Stmt> bodies = Stream.of(stored).map(e -> Stmts.store(X, Exprs.intLit(0), e)).toList();
    return RegisterOperations.of(bodies, ONE);
  }

  private static Expr loaded(int at) {
    return Exprs.loadRegister(X, Exprs.intLit(at));
  }

  @Test
  void eachOperationCountsOnceWhateverItsOperands() {
    Expr sum = Exprs.add(loaded(0), Exprs.add(loaded(16), loaded(32)));
    assertEquals(Set.of(Exprs.add(R, R)), of(sum));
  }

  @Test
  void loadsAndEqualLanesAreNoOperations() {
    assertEquals(Set.of(), of(loaded(0), Exprs.literal(REGISTER, 3)));
  }

  @Test
  void choiceKeepsItsComparison() {
    Expr choice = new Expr.Select(Exprs.lt(loaded(0), loaded(16)), loaded(0), loaded(16));
    assertEquals(Set.of(new Expr.Select(Exprs.lt(R, R), R, R)), of(choice));
  }

  @Test
  void bitsStayWithinTheirRegister() {
    Expr bits = new Expr.Call(Intrinsic.FLOAT_BITS, List.of(loaded(0)));
    Expr mask = Exprs.literal(bits.type(), 127);
    Expr cut = new Expr.Binary(Expr.BinaryOp.AND, bits, mask);
    Expr back = new Expr.Call(Intrinsic.FLOAT_OF_BITS, List.of(cut));
    Expr expected =
        new Expr.Call(
            Intrinsic.FLOAT_OF_BITS,
            List.of(
                new Expr.Binary(
                    Expr.BinaryOp.AND,
                    new Expr.Call(Intrinsic.FLOAT_BITS, List.of(R)),
                    Exprs.literal(bits.type(), 1))));
    assertEquals(Set.of(expected), of(back));
  }

  @Test
  void lanesCombinedAreAnOperation() {
    Expr total = new Expr.Reduce(Expr.BinaryOp.ADD, Exprs.mul(loaded(0), loaded(16)));
    assertEquals(Set.of(new Expr.Reduce(Expr.BinaryOp.ADD, R), Exprs.mul(R, R)), of(total));
  }
}
