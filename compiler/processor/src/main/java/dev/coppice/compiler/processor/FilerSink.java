package dev.coppice.compiler.processor;

import dev.coppice.compiler.driver.OutputSink;
import dev.coppice.compiler.emit.GeneratedModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
import javax.tools.StandardLocation;

/** Hands generated files to javac, all of them stemming from one element. */
final class FilerSink implements OutputSink {
  private final Filer filer;
  private final Element origin;

  FilerSink(Filer filer, Element origin) {
    this.filer = filer;
    this.origin = origin;
  }

  @Override
  public void write(GeneratedModel model) throws IOException {
    for (GeneratedModel.Resource r : model.resources()) {
      try (OutputStream out =
          new BufferedOutputStream(
              filer
                  .createResource(StandardLocation.CLASS_OUTPUT, "", r.path(), origin)
                  .openOutputStream())) {
        r.content().writeTo(out);
      }
    }
    for (GeneratedModel.SourceFile s : model.sources()) {
      try (Writer out = filer.createSourceFile(s.className(), origin).openWriter()) {
        out.write(s.text());
      }
    }
  }
}
