package dev.coppice.compiler.emit.java;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopSplitter;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopVerifier;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.lowering.KernelCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import javax.lang.model.element.Modifier;

/**
 * The package-private classes {@code Kws_K0}, {@code Kws_K1}, ... that hold kernels and functions
 * as static methods, each once, in the order in which the model first needs them. A class is closed
 * when its methods reach the budget.
 */
public final class KernelClasses {
  /** Node names that a kernel's comment lists before it only counts. */
  private static final int NODES_IN_COMMENT = 8;

  private record Place(int holder, String method) {}

  private record Body(Place place, Stmt body) {}

  private final EmitOptions options;
  private final MethodRenderer renderer;
  private final Map<Kernel, Body> kernels = new LinkedHashMap<>();
  private final Map<Kernel, Set<String>> users = new LinkedHashMap<>();
  private final Map<Function, Place> functions = new LinkedHashMap<>();
  private final JavaNames methodNames = new JavaNames();
  private int holders = 1;
  private int holderBytes;

  private KernelClasses(EmitOptions options, MethodRenderer renderer) {
    this.options = options;
    this.renderer = renderer;
  }

  /** Places the kernels of {@code calls} and everything they invoke. */
  public static KernelClasses of(
      List<KernelCall> calls, EmitOptions options, MethodRenderer renderer) {
    KernelClasses classes = new KernelClasses(options, renderer);
    calls.forEach(classes::add);
    return classes;
  }

  private void add(KernelCall call) {
    Kernel kernel = call.kernel();
    users.computeIfAbsent(kernel, k -> new LinkedHashSet<>()).add(call.comment());
    if (!kernels.containsKey(kernel)) {
      LoopVerifier.verify(kernel);
      Stmt body = LoopSplitter.split(kernel, options.methodBytes()).body();
      addFunctions(body);
      kernels.put(kernel, new Body(place(kernel.name(), body), body));
    }
  }

  private void addFunctions(Stmt body) {
    LoopTree.statements(
        body,
        s -> {
          if (s instanceof Stmt.Invoke v && !functions.containsKey(v.function())) {
            addFunctions(v.function().body());
            functions.put(v.function(), place(v.function().name(), v.function().body()));
          }
        });
  }

  private Place place(String name, Stmt body) {
    int bytes = renderer.bytecodeBytes(body);
    if (holderBytes > 0 && holderBytes + bytes > options.classBytes()) {
      holders++;
      holderBytes = 0;
    }
    holderBytes += bytes;
    return new Place(holders - 1, methodNames.fresh(name));
  }

  /** Names as seen from the model class. */
  public KernelNames names() {
    return names(-1);
  }

  private KernelNames names(int holder) {
    return new KernelNames() {
      @Override
      public String kernel(Kernel kernel) {
        return name(Objects.requireNonNull(kernels.get(kernel)).place);
      }

      @Override
      public String function(Function function) {
        return name(Objects.requireNonNull(functions.get(function)));
      }

      private String name(Place place) {
        return place.holder == holder ? place.method : className(place.holder) + "." + place.method;
      }
    };
  }

  private String className(int holder) {
    return options.className() + "_K" + holder;
  }

  /** The classes, and the one that they share if there is one. */
  public List<TypeSpec> types() {
    List<TypeSpec.Builder> types = new ArrayList<>();
    for (int h = 0; h < holders; h++) {
      int holder = h;
      TypeSpec.Builder type =
          TypeSpec.classBuilder(className(h))
              .addModifiers(Modifier.FINAL)
              .addJavadoc("Kernels of {@link $L}.\n", options.className())
              .addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
      renderer.prepare(type, bodies(i -> i == holder), options.className());
      types.add(type);
    }
    functions.forEach(
        (f, place) ->
            types
                .get(place.holder)
                .addMethod(
                    renderer.method(
                        place.method,
                        List.of(f.comment()),
                        f.arrays(),
                        f.scalars(),
                        f.body(),
                        names(place.holder))));
    kernels.forEach(
        (k, b) ->
            types
                .get(b.place.holder)
                .addMethod(
                    renderer.method(
                        b.place.method,
                        comment(k),
                        k.buffers(),
                        k.scalars(),
                        b.body,
                        names(b.place.holder))));
    List<TypeSpec> all = new ArrayList<>(types.stream().map(TypeSpec.Builder::build).toList());
    renderer.shared(options.className(), bodies(i -> true)).ifPresent(all::add);
    return all;
  }

  /** Bodies of the functions and kernels whose class is {@code in}. */
  private List<Stmt> bodies(IntPredicate in) {
    List<Stmt> bodies = new ArrayList<>();
    functions.forEach(
        (f, place) -> {
          if (in.test(place.holder)) {
            bodies.add(f.body());
          }
        });
    kernels.values().stream().filter(b -> in.test(b.place.holder)).forEach(b -> bodies.add(b.body));
    return bodies;
  }

  private List<String> comment(Kernel kernel) {
    List<String> nodes = new ArrayList<>(users.get(kernel));
    nodes.removeIf(String::isEmpty);
    int shown = Math.min(nodes.size(), NODES_IN_COMMENT);
    String more = nodes.size() > shown ? " and " + (nodes.size() - shown) + " more" : "";
    return nodes.isEmpty()
        ? List.of(kernel.comment())
        : List.of(
            kernel.comment(), "For " + String.join("; ", nodes.subList(0, shown)) + more + ".");
  }
}
