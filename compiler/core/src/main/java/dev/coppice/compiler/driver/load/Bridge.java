package dev.coppice.compiler.driver.load;

import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A class that calls a model without reflection, so that nothing but the model is measured; as a
 * program it runs the model once on zeros, writes a byte and waits for the end of its input. As a
 * {@link Runnable} it warms the model up.
 *
 * @param modelClass fully qualified name of the model class
 * @param inputs inputs of the model, in the order of {@code run}
 * @param outputs outputs of the model, in the order of {@code run}
 */
record Bridge(String modelClass, List<Port> inputs, List<Port> outputs) {
  private static final String NAME = "CoppiceBridge";

  /** Its fully qualified name. */
  String className() {
    return modelClass.substring(0, modelClass.lastIndexOf('.') + 1) + NAME;
  }

  /** Its source. */
  String source() {
    int dot = modelClass.lastIndexOf('.');
    List<Port> ports = new ArrayList<>(inputs);
    ports.addAll(outputs);
    List<String> casts = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      casts.add("(" + LoadedModel.arrayType(ports.get(i).dtype()) + ") a[" + i + "]");
    }
    return (dot < 0 ? "" : "package " + modelClass.substring(0, dot) + ";\n")
        + String.format(
            Locale.ROOT,
            """
            public final class %1$s implements java.util.function.Consumer<Object[]>, Runnable {
              private final %2$s model = new %2$s();
              public void accept(Object[] a) {
                model.run(%3$s);
              }
              public void run() {
                model.warmUp();
              }
              public static void main(String[] arguments) throws java.io.IOException {
                new %1$s().accept(new Object[] {%4$s});
                System.out.write('.');
                System.out.flush();
                System.in.read();
              }
            }
            """,
            NAME,
            modelClass.substring(dot + 1),
            String.join(", ", casts),
            ports.stream().map(Bridge::zeros).collect(Collectors.joining(", ")));
  }

  private static String zeros(Port port) {
    DType dtype = port.dtype();
    Class<?> element = Tensor.newArray(dtype, 0).getClass().getComponentType();
    return "new " + element.getName() + "[" + port.shape().size() + "]";
  }
}
