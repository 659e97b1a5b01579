package dev.coppice.compiler.compress.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
  @Test
  void everyChoiceIsARecipe() {
    int choices = 0;
    for (SearchSpace.Stage stage : SearchSpace.standard().stages()) {
      for (SearchSpace.Ladder ladder : stage.ladders()) {
        for (List<String> steps : ladder.choices()) {
          DiagnosticSink sink = new DiagnosticSink();
          String text = "steps: [" + String.join(", ", steps) + "]";
          RecipeReader.parse(text, "search", Path.of(""), Methods.ALL, sink);
          assertEquals(List.of(), sink.diagnostics(), text);
          choices++;
        }
      }
    }
    assertTrue(choices > 9);
  }
}
