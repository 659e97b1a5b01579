package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhasesTest {
  private static final Buffer X = Buffer.flat("x", DType.FLOAT32, Role.INPUT, 100);
  private static final Buffer S = Buffer.flat("s", DType.FLOAT32, Role.SCRATCH, 100);
  private static final Buffer Y = Buffer.flat("y", DType.FLOAT32, Role.OUTPUT, 100);

  private static List<Kernel> phases(Stmt... body) {
    Kernel kernel = new Kernel("k", "", List.of(X, S, Y), new Stmt.Block(List.of(body)));
    LoopVerifier.verify(kernel);
    List<Kernel> phases = Phases.of(kernel);
    phases.forEach(LoopVerifier::verify);
    return phases;
  }

  private static List<String> roles(Kernel kernel) {
    return kernel.buffers().stream().map(b -> b.name() + " " + b.role()).toList();
  }

  private static Stmt copy(Buffer from, Buffer to) {
    return Stmts.loop("i", 100, i -> Stmts.store(to, i, Exprs.load(from, i)));
  }

  @Test
  void scratchOfSeveralIsAResultAndAnInput() {
    List<Kernel> phases = phases(copy(X, S), copy(S, Y));
    assertEquals(List.of("x INPUT", "s OUTPUT"), roles(phases.get(0)));
    assertEquals(List.of("s INPUT", "y OUTPUT"), roles(phases.get(1)));
  }

  @Test
  void scratchOfOneStaysScratch() {
    Stmt both = Stmts.loop("n", 2, n -> Stmts.block(copy(X, S), copy(S, Y)));
    assertEquals(
        List.of("x INPUT", "s SCRATCH", "y OUTPUT"), roles(phases(both, copy(X, Y)).get(0)));
  }

  @Test
  void scratchThatFunctionsFindUndefinedIsOfEach() {
    Buffer o = Buffer.flat("o", DType.FLOAT32, Role.OUTPUT, 100);
    Buffer t = Buffer.flat("t", DType.FLOAT32, Role.SCRATCH, 100);
    Function f =
        new Function(
            "f",
            "",
            List.of(o, t),
            List.of(),
            Stmts.block(
                Stmts.store(t, Exprs.intLit(0), Exprs.floatLit(1)),
                Stmts.store(o, Exprs.intLit(0), Exprs.load(t, Exprs.intLit(0)))));
    Stmt call = Stmts.invoke(f, List.of(Y, S), List.of());
    assertEquals(List.of("s SCRATCH", "y OUTPUT"), roles(phases(call, call).get(0)));
    assertEquals(List.of("s OUTPUT", "y OUTPUT"), roles(phases(call, copy(S, Y)).get(0)));
  }

  @Test
  void variablesAreDeclaredWhereTheyAreNeeded() {
    Var a = new Var("a", LoopType.INT);
    Var b = new Var("b", LoopType.INT);
    List<Kernel> phases =
        phases(
            Stmts.local(a, Exprs.intLit(1)),
            Stmts.store(Y, Exprs.intLit(0), Exprs.floatLit(1)),
            Stmts.local(b, Exprs.add(Exprs.ref(a), 1)),
            Stmts.store(Y, Exprs.ref(b), Exprs.floatLit(2)));
    assertEquals("y[0] = 1.0f\n", LoopPrinter.print(phases.get(0).body()));
    assertEquals(
        """
        var a: int = 1
        var b: int = (a + 1)
        y[b] = 2.0f
        """,
        LoopPrinter.print(phases.get(1).body()));
  }

  @Test
  void aVariableThatIsReadFromAnArrayKeepsThemTogether() {
    Var v = new Var("v", LoopType.FLOAT);
    Stmt store = Stmts.store(Y, Exprs.intLit(0), Exprs.ref(v));
    Stmt read = Stmts.local(v, Exprs.load(Y, Exprs.intLit(0)));
    assertEquals(List.of(), phases(copy(X, Y), read, store, store));
  }

  @Test
  void rowsOfScratchKeepThemTogether() {
    Buffer rows = Buffer.planar("rows", DType.FLOAT32, Role.SCRATCH, 2, 100);
    Row row = new Row(rows, Exprs.intLit(0));
    Stmt write = Stmts.store(row, Exprs.intLit(0), Exprs.floatLit(1));
    Stmt read = Stmts.store(Y, Exprs.intLit(0), Exprs.load(row, Exprs.intLit(0)));
    Kernel kernel = new Kernel("k", "", List.of(rows, Y), Stmts.block(write, read));
    assertEquals(List.of(), Phases.of(kernel));
  }

  @Test
  void iterationsOfAShortLoopAreApart() {
    Stmt strips =
        Stmts.loop(
            "strip",
            2,
            i ->
                Stmts.block(
                    Stmts.store(S, i, Exprs.load(X, i)), Stmts.store(Y, i, Exprs.load(S, i))));
    List<Kernel> phases = Phases.of(new Kernel("k", "", List.of(X, S, Y), strips));
    phases.forEach(LoopVerifier::verify);
    assertEquals(4, phases.size());
    assertEquals(
        """
        var strip: int = 1
        s[strip] = x[strip]
        """,
        LoopPrinter.print(phases.get(2).body()));
    Stmt many = Stmts.loop("strip", 4, i -> Stmts.block(copy(X, S), copy(S, Y)));
    assertEquals(List.of(), Phases.of(new Kernel("k", "", List.of(X, S, Y), many)));
  }

  @Test
  void oneStatementHasNone() {
    assertEquals(List.of(), Phases.of(new Kernel("k", "", List.of(X, Y), copy(X, Y))));
  }
}
