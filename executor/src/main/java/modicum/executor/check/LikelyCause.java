package modicum.executor.check;

/** Why a job does not always come to the same, and what its owner can do about it. */
public enum LikelyCause {
  PNG_DATE(
      "a date in a PNG header",
      "have the program leave it out (ImageMagick: -define png:exclude-chunks=date,tIME;"
          + " others: strip with pngcrush or optipng), or take its time from SOURCE_DATE_EPOCH"),
  ZIP_TIMES(
      "file times in a zip archive",
      "give the files one time before packing (find . -exec touch -d @0 {} +) and pack with zip -X"),
  TAR_TIMES(
      "file times in a tar archive",
      "pack with tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner"),
  GZIP_TIME("a file time in a gzip header", "compress with gzip -n"),
  PDF_DATE(
      "dates or an id in a PDF",
      "have the program take its time from SOURCE_DATE_EPOCH, and give the document a fixed id"),
  HASH_ORDER(
      "the order of a set, as of Python",
      "sort before writing, as in sorted(names); PYTHONHASHSEED=0 holds it still"),
  RANDOM_NUMBERS(
      "random numbers without a seed",
      "give the generator a fixed seed, as in random.seed(1), srand(1) or set.seed(1)"),
  REDUCTION_ORDER(
      "the order in which threads add up floating-point numbers, as in an OpenMP reduction",
      "use one thread (--cpus 1, or OMP_NUM_THREADS=1), or add up partial sums in a fixed order"),
  THREADS(
      "the order in which threads or processes come to it",
      "use one thread (--cpus 1), or put the results in order before writing them"),
  CPU_COUNT(
      "the number of CPUs decides how the work is divided",
      "ask for a fixed number with --cpus, or tell the program how many threads to take"),
  DATE("the clock", "leave the date out, or take it from SOURCE_DATE_EPOCH"),
  FOLDER_ORDER(
      "the order in which the file system lists files", "sort the names before working on them"),
  ADDRESSES(
      "memory addresses, printed or used to put things in order",
      "put things in order by what they are, not where"),
  HOST_NAME("the host name", "have the program leave it out"),
  UNKNOWN(
      "not recognised",
      "look at the excerpts; the CPU's own random numbers and the interplay of threads are what the"
          + " sandbox does not hold still");

  private final String label;
  private final String remedy;

  LikelyCause(String label, String remedy) {
    this.label = label;
    this.remedy = remedy;
  }

  public String label() {
    return label;
  }

  public String remedy() {
    return remedy;
  }
}
