package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Opens data of whatever kind it is. */
final class DatasetReader {
  private static final List<String> TABLES = List.of(".csv", ".tsv", ".csv.gz", ".tsv.gz");
  private static final List<String> RECORDINGS = List.of(".wav");

  private final DataSpec spec;
  private final List<Port> inputs;
  private final SourceRef where;

  private DatasetReader(DataSpec spec, List<Port> inputs) {
    this.spec = spec;
    this.inputs = inputs;
    this.where = SourceRef.file(spec.path().toString());
  }

  /** What {@code spec} says, for a model with {@code inputs}; see {@link DataSpec#open}. */
  static Dataset read(DataSpec spec, List<Port> inputs) {
    DatasetReader reader = new DatasetReader(spec, List.copyOf(inputs));
    return spec.selection().of(reader.all(), reader.where);
  }

  private Dataset all() {
    Path path = spec.path();
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    String name = String.valueOf(path.getFileName());
    if (SampleFolder.endsIn(name, TABLES)) {
      return table(path);
    }
    if (SampleFolder.endsIn(name, PictureReader.ENDINGS)) {
      return pictures(new SampleFolder(List.of(path), Optional.empty()));
    }
    if (SampleFolder.endsIn(name, RECORDINGS)) {
      return recordings(new SampleFolder(List.of(path), Optional.empty()));
    }
    refuseSettings("arrays", false, false, false);
    return arrays(DataFile.read(path).arrays(), Optional.empty());
  }

  private Dataset folder(Path path) {
    if (TestDataSet.isIn(path)) {
      refuseSettings("ONNX test data", false, false, false);
      return Dataset.of(
          TestDataSamples.of(TestDataSet.read(path), inputs, spec.scaling(), spec.layout(), where),
          labels(Optional.empty(), List.of()),
          labelsWhere());
    }
    boolean pictures = SampleFolder.holds(path, PictureReader.ENDINGS);
    boolean recordings = SampleFolder.holds(path, RECORDINGS);
    if (pictures == recordings) {
      throw DataFile.invalid(
          where,
          (pictures ? "the folder holds pictures and recordings" : "the folder holds no data")
              + ", expected pictures ("
              + String.join(", ", PictureReader.ENDINGS)
              + "), recordings (.wav) or ONNX test data (test_data_set_0/input_0.pb)");
    }
    return pictures
        ? pictures(SampleFolder.read(path, PictureReader.ENDINGS))
        : recordings(SampleFolder.read(path, RECORDINGS));
  }

  private Dataset table(Path path) {
    refuseSettings("a table", true, false, false);
    CsvReader.Table table;
    try {
      table = CsvReader.read(Gzip.read(path), spec.labelColumn(), where);
    } catch (MalformedData e) {
      throw DataFile.invalid(where, e.getMessage());
    } catch (NoSuchFileException e) {
      throw DataFile.invalid(where, "the file does not exist");
    } catch (IOException e) {
      throw DataFile.invalid(where, "the file cannot be read: " + FileProblem.of(e));
    }
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    if (inputs.size() == 1) {
      checkColumns(table, inputs.get(0));
      arrays.put("", table.values());
    } else {
      for (int c = 0; c < table.names().size(); c++) {
        arrays.put(table.names().get(c), table.column(c));
      }
    }
    return arrays(arrays, table.labels());
  }

  private void checkColumns(CsvReader.Table table, Port port) {
    int size = port.shape().size();
    if (table.columns() != size) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "a row has %d values%s, but input '%s' %s takes %d%s",
              table.columns(),
              spec.labelColumn().isPresent() ? " beside its label" : "",
              port.name(),
              SampleConversion.type(port),
              size,
              table.columns() == size + 1 && spec.labelColumn().isEmpty()
                  ? "; if one of them is the class, name it with label-column"
                  : ""));
    }
  }

  private Dataset arrays(Map<String, Tensor> arrays, Optional<Labels> labels) {
    return Dataset.of(
        ArraySamples.of(arrays, inputs, spec.scaling(), spec.layout(), where),
        labels(labels, List.of()),
        labelsWhere());
  }

  private Dataset pictures(SampleFolder folder) {
    refuseSettings("pictures", false, true, false);
    return Dataset.of(
        new PictureSamples(
            folder.files(),
            onlyInput("pictures are"),
            spec.scaling(),
            spec.framing(),
            spec.channels(),
            where),
        labels(folder.labels(), folder.files()),
        labelsWhere());
  }

  private Dataset recordings(SampleFolder folder) {
    refuseSettings("recordings", false, false, true);
    WavSamples samples =
        new WavSamples(
            folder.files(), onlyInput("recordings are"), spec.scaling(), spec.audio(), where);
    Optional<Labels> ofFiles = labels(folder.labels(), folder.files());
    return Dataset.of(samples, samples.labels(ofFiles, labelsWhere()), labelsWhere());
  }

  private Port onlyInput(String what) {
    if (inputs.size() != 1) {
      throw DataFile.invalid(
          where,
          what
              + " for a model of one input, this one has "
              + inputs.size()
              + ": "
              + String.join(", ", inputs.stream().map(Port::name).toList())
              + "; give arrays by name in an .npz file");
    }
    return inputs.get(0);
  }

  private Optional<Labels> labels(Optional<Labels> found, List<Path> files) {
    return spec.labels().isEmpty()
        ? found
        : Optional.of(Labels.read(spec.labels().get(), SampleFolder.names(files)));
  }

  private SourceRef labelsWhere() {
    return spec.labels().map(p -> SourceRef.file(p.toString())).orElse(where);
  }

  /** A setting that would do nothing is a mistake. */
  private void refuseSettings(String kind, boolean table, boolean pictures, boolean recordings) {
    String wrong = "";
    if (!table && spec.labelColumn().isPresent()) {
      wrong = "label-column is for tables (.csv, .tsv)";
    } else if (!pictures && !spec.framing().equals(Framing.NONE)) {
      wrong = "resize and crop are for pictures";
    } else if (!pictures && spec.channels() != ChannelOrder.RGB) {
      wrong = "channels is for pictures";
    } else if (!recordings && !spec.audio().equals(AudioWindow.DEFAULT)) {
      wrong = "window, hop, rate and audio-channel are for recordings (.wav)";
    }
    if (!wrong.isEmpty()) {
      throw DataFile.invalid(where, wrong + ", but the data is " + kind);
    }
  }
}
