package dev.coppice.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What {@code --help} of each command says. */
final class HelpTest {
  private static Map<String, CommandLine> all() {
    return new CommandLine(new Coppice()).getSubcommands();
  }

  static Stream<String> commands() {
    return all().keySet().stream().filter(c -> !c.equals("help"));
  }

  private static String help(String command) {
    Execution e = Execution.of(command, "--help");
    assertEquals(0, e.exitCode());
    return e.out();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void explainsEachCommandWithAnExample(String command) {
    String help = help(command);
    assertTrue(help.contains("Example"), help);
    assertTrue(help.contains("  coppice " + command) || help.contains(" " + command + " --"), help);
  }

  /** Lines that are wider than the terminal are broken, and so are the examples. */
  @ParameterizedTest
  @MethodSource("commands")
  void examplesStandAsTheyAreWritten(String command) {
    List<String> printed = help(command).lines().toList();
    for (String line : all().get(command).getCommandSpec().usageMessage().footer()) {
      assertTrue(printed.contains(line), line);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatEachOptionTakes(String command) {
    for (OptionSpec option : all().get(command).getCommandSpec().options()) {
      boolean named = !option.paramLabel().startsWith("<");
      assertTrue(named || option.arity().max() == 0, option.longestName());
    }
  }
}
