//! `embed_lines MODEL LINES OUT`: what the model in the folder MODEL says of each line of the file LINES, as rows of `f32`
//! (little end first) in the file OUT: the half that is of the last layer. For `tools/distil_word_vectors.py`.

use std::fs;
use std::path::Path;

use caveat::embedding::Model;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, lines, out] = arguments.as_slice() else { return Err("usage: embed_lines MODEL LINES OUT".into()) };
    let model = Model::load(Path::new(model))?;
    let text = fs::read_to_string(lines)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut bytes = Vec::with_capacity(lines.len() * model.width() * 2);
    for (nth, some) in lines.chunks(1000).enumerate() {
        eprintln!("{} of {}", nth * 1000, lines.len());
        let vectors = model.embed_all(some);
        vectors.iter().flat_map(|vector| &vector[model.width() / 2..]).for_each(|x| bytes.extend(x.to_le_bytes()));
    }
    fs::write(out, bytes)?;
    Ok(())
}
