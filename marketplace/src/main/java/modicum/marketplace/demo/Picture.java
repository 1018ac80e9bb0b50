package modicum.marketplace.demo;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** Puts the rendered bands of a picture together, top to bottom. */
final class Picture {
  private static final int CHANNELS = 3;

  private Picture() {}

  /**
   * @param bands binary PPM files of one width, the top one first
   * @param picture the PNG file to write
   */
  static void assemble(List<Path> bands, Path picture) throws IOException {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    int width = 0;
    int height = 0;
    for (Path band : bands) {
      Band read = Band.read(band);
      if (height > 0 && read.width != width) {
        throw new IOException(band + " is " + read.width + " pixels wide, not " + width);
      }
      width = read.width;
      height += read.height;
      pixels.write(read.pixels);
    }
    write(pixels.toByteArray(), width, height, picture);
  }

  private static void write(byte[] rgb, int width, int height, Path picture) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += CHANNELS) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    Files.createDirectories(picture.toAbsolutePath().getParent());
    ImageIO.write(image, "png", picture.toFile());
  }

  private record Band(int width, int height, byte[] pixels) {
    static Band read(Path file) throws IOException {
      byte[] content = Files.readAllBytes(file);
      String[] header = new String[4];
      int at = 0;
      for (int field = 0; field < header.length; field++) {
        int start = at;
        while (at < content.length && !Character.isWhitespace(content[at])) {
          at++;
        }
        header[field] = new String(content, start, at - start, StandardCharsets.US_ASCII);
        at++;
      }
      if (!header[0].equals("P6") || !header[3].equals("255")) {
        throw new IOException(file + " is no binary PPM picture of 8 bits a channel");
      }
      int width = Integer.parseInt(header[1]);
      int height = Integer.parseInt(header[2]);
      byte[] pixels = Arrays.copyOfRange(content, at, content.length);
      if (pixels.length != width * height * CHANNELS) {
        throw new IOException(file + " does not hold " + width + " x " + height + " pixels");
      }
      return new Band(width, height, pixels);
    }
  }
}
