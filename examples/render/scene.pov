// Glass, brass and stone on a wet floor at dusk. Everything is a function of the pixel: no randomness, no radiosity, no
// photons, no clock; the same pixel has the same colour in whatever band, on whatever number of threads, it is rendered.
#version 3.7;
global_settings { assumed_gamma 1.0 max_trace_level 8 }

#include "colors.inc"
#include "textures.inc"
#include "metals.inc"
#include "stones.inc"
#include "woods.inc"

camera {
  location <0, 3.1, -9.5>
  look_at <0, 1.15, 0>
  right x * image_width / image_height
  angle 50
}

light_source { <-14, 16, -12> rgb <1.0, 0.86, 0.68> * 1.1 }
light_source { <12, 7, -9> rgb <0.35, 0.45, 0.75> * 0.7 }

sky_sphere {
  pigment {
    gradient y
    color_map {
      [0.00 rgb <1.00, 0.55, 0.25>]
      [0.12 rgb <0.93, 0.42, 0.36>]
      [0.35 rgb <0.35, 0.28, 0.52>]
      [1.00 rgb <0.04, 0.06, 0.20>]
    }
  }
  pigment {
    wrinkles
    turbulence 0.6
    scale <0.6, 0.14, 0.6>
    color_map {
      [0.00 rgbt <1, 1, 1, 1>]
      [0.55 rgbt <1, 0.8, 0.7, 1>]
      [1.00 rgbt <1, 0.8, 0.7, 0.35>]
    }
  }
}

plane {
  y, 0
  texture {
    pigment { checker rgb <0.05, 0.055, 0.07>, rgb <0.45, 0.40, 0.35> scale 1.2 }
    normal { bumps 0.05 scale <0.5, 0.2, 0.35> }
    finish { ambient 0.03 diffuse 0.6 specular 0.5 roughness 0.01 reflection { 0.06, 0.45 fresnel off } }
  }
}

// A glass ball with a smaller one of brass inside.
sphere {
  <0, 1.5, 0>, 1.5
  texture { pigment { rgbf <0.97, 0.99, 1, 0.95> } finish { ambient 0 diffuse 0.05 specular 0.9 roughness 0.002 reflection { 0.02, 0.9 fresnel on } conserve_energy } }
  interior { ior 1.5 }
}
sphere { <0, 1.35, 0>, 0.55 texture { T_Brass_4C } }

// Stones left and right.
superellipsoid {
  <0.25, 0.25>
  texture { T_Stone24 scale 1.4 }
  rotate <0, 32, 0>
  translate <-3.4, 1, 0.9>
}
difference {
  cylinder { <0, 0, 0>, <0, 2.6, 0>, 0.95 }
  cylinder { <0, 0.2, 0>, <0, 2.7, 0>, 0.78 }
  // Not one of the ready-made stones that use crand: their grain is drawn from a stream of random numbers, so that it
  // depends on which pixels were rendered before.
  texture {
    pigment {
      granite
      turbulence 0.3
      scale 0.8
      color_map {
        [0.0 rgb <0.10, 0.16, 0.14>]
        [0.4 rgb <0.22, 0.40, 0.34>]
        [0.7 rgb <0.55, 0.70, 0.60>]
        [1.0 rgb <0.90, 0.92, 0.85>]
      }
    }
    finish { ambient 0.03 diffuse 0.7 specular 0.6 roughness 0.008 reflection 0.08 }
  }
  translate <3.4, 0, 1.1>
}
sphere { <3.4, 2.75, 1.1>, 0.85 texture { T_Chrome_3B } }

// A rope of rings around the glass, and beads before it, both laid out by arithmetic.
#declare Ring = 0;
#while (Ring < 18)
  torus {
    0.30, 0.075
    texture { T_Gold_2C }
    rotate <90 * mod(Ring, 2), 0, 0>
    translate <2.15, 0, 0>
    rotate <0, 20 * Ring, 0>
    translate <0, 0.38, 0>
  }
  #declare Ring = Ring + 1;
#end

#declare Bead = 0;
#while (Bead < 11)
  sphere {
    <-3.5 + 0.7 * Bead, 0.26, -2.7 - 0.45 * sin(Bead * 0.62)>, 0.26
    texture {
      pigment { rgb <0.5 + 0.45 * sin(Bead * 0.57), 0.5 + 0.45 * sin(Bead * 0.57 + 2.1), 0.5 + 0.45 * sin(Bead * 0.57 + 4.2)> }
      finish { ambient 0.05 diffuse 0.7 specular 0.8 roughness 0.01 reflection 0.15 }
    }
  }
  #declare Bead = Bead + 1;
#end

// A twisted wooden tower behind.
#declare Step = 0;
#while (Step < 17)
  box {
    <-0.62, 0, -0.62>, <0.62, 0.19, 0.62>
    texture { T_Wood14 rotate <80, 0, 10> }
    rotate <0, 7.5 * Step, 0>
    translate <-1.9, 0.2 * Step, 4.6>
  }
  box {
    <-0.62, 0, -0.62>, <0.62, 0.19, 0.62>
    texture { T_Wood14 rotate <80, 0, 10> }
    rotate <0, -7.5 * Step, 0>
    translate <2.1, 0.2 * Step, 4.6>
  }
  #declare Step = Step + 1;
#end

fog { fog_type 2 distance 110 color rgb <0.55, 0.36, 0.38> fog_offset 0.2 fog_alt 1.5 }
