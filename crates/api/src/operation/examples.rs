//! A look over all operations for what the compiler cannot see: examples that break their own models, parameters that
//! are in no path, ids and names that stand for two things.

use std::collections::{BTreeMap, HashSet};

use crate::error::Problem;
use crate::shape::{Kind, Object, Strictness, check, check_answer, check_text, components};

use super::{Answer, BodyDescription, FORM, JSON, Media, Operation, Parameter, Place};

/// Everything that is wrong with the descriptions of these operations, a sentence each; a test wants none.
#[must_use]
pub fn check_examples(operations: &[&Operation]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = HashSet::new();
    let mut addresses = HashSet::new();
    let mut models = BTreeMap::new();
    for operation in operations {
        let mut note = |fault: String| faults.push(format!("{}: {fault}", operation.id));
        if !ids.insert(operation.id) {
            note("its id is used twice".to_owned());
        }
        if !addresses.insert((operation.method.as_str(), operation.path)) {
            note("its method and path are used twice".to_owned());
        }
        parameters(operation, &mut note);
        if let Some(body) = operation.body {
            components(&Kind::Object(body.shape), &mut models);
            body.form
                .iter()
                .for_each(|form| components(&Kind::Object(form), &mut models));
            for media in body.media {
                request_examples(body, media, &mut note);
            }
        }
        for answer in operation.answers {
            answer
                .shape
                .iter()
                .for_each(|shape| components(shape, &mut models));
            answer_example(answer, &mut note);
        }
        let codes: HashSet<_> = operation.errors.iter().collect();
        if codes.len() != operation.errors.len() {
            note("an error code is listed twice".to_owned());
        }
    }
    for object in models.values() {
        field_examples(object, &mut faults);
    }
    faults
}

fn parameters(operation: &Operation, note: &mut impl FnMut(String)) {
    let in_path: HashSet<_> = operation
        .path
        .split(['{', '}'])
        .skip(1)
        .step_by(2)
        .collect();
    let declared = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == Place::Path);
    let declared: HashSet<_> = declared.map(|parameter| parameter.name).collect();
    if in_path != declared {
        note(format!(
            "its path has the parameters {in_path:?}, declared are {declared:?}"
        ));
    }
    for parameter in operation.parameters {
        parameter_example(parameter, note);
    }
}

fn parameter_example(parameter: &Parameter, note: &mut impl FnMut(String)) {
    let Some(json) = parameter.example else {
        if parameter.is_required {
            note(format!("parameter {} has no example", parameter.name));
        }
        return;
    };
    match parameter.example_text() {
        None => note(format!(
            "the example {json} of {} is not JSON",
            parameter.name
        )),
        Some(text) => {
            if let Err(problem) = parameter.check(&text) {
                note(format!(
                    "the example of {}: {}",
                    parameter.name, problem.message
                ));
            }
        }
    }
}

fn request_examples(body: &BodyDescription, media: &Media, note: &mut impl FnMut(String)) {
    if media.examples.is_empty() {
        note(format!("its body has no example in {}", media.media_type));
    }
    for example in media.examples {
        let refused = match media.media_type {
            JSON => check(body.shape, example.text.as_bytes(), Strictness::Strict)
                .err()
                .map(sentences),
            FORM => form_fault(body.shape_in(FORM), example.text),
            other => Some(format!("no check is known for {other}")),
        };
        if let Some(refused) = refused {
            note(format!(
                "the example {:?} of its body: {refused}",
                example.name
            ));
        }
    }
}

fn form_fault(shape: &Object, text: &str) -> Option<String> {
    let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    for (name, value) in &pairs {
        let Some(field) = shape.field(name) else {
            return Some(format!("{name} is not known"));
        };
        if let Err((_, message)) = check_text(name, &field.kind, value) {
            return Some(message);
        }
    }
    let mut required = shape
        .fields()
        .filter(|field| field.is_required && !field.is_read_only);
    let missing = required.find(|field| !pairs.iter().any(|(name, _)| name == field.name))?;
    Some(format!("{} is required", missing.name))
}

fn answer_example(answer: &Answer, note: &mut impl FnMut(String)) {
    let Some(shape) = &answer.shape else { return };
    let Some(example) = answer.example else {
        return note(format!("its answer {} has no example", answer.status));
    };
    if let Err(problems) = check_answer(shape, example.as_bytes(), Strictness::Strict) {
        note(format!(
            "the example of its answer {}: {}",
            answer.status,
            sentences(problems)
        ));
    }
}

fn field_examples(object: &Object, faults: &mut Vec<String>) {
    for field in object.fields() {
        let Some(example) = field.example else {
            continue;
        };
        if let Err(problems) = check_answer(&field.kind, example.as_bytes(), Strictness::Strict) {
            let problems = sentences(problems);
            faults.push(format!(
                "{}.{}: its example: {problems}",
                object.name, field.name
            ));
        }
    }
    let names: HashSet<_> = object.fields().map(|field| field.name).collect();
    if names.len() != object.fields().count() {
        faults.push(format!("{}: it has a field twice", object.name));
    }
}

fn sentences(problems: Vec<Problem>) -> String {
    let sentences: Vec<_> = problems
        .into_iter()
        .map(|problem| problem.message)
        .collect();
    sentences.join("; ")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{ALL, READ_CONNECTION};
    use super::*;

    #[test]
    fn sound_descriptions_have_no_faults() {
        assert_eq!(check_examples(ALL), Vec::<String>::new());
    }

    #[test]
    fn faults_are_found() {
        let no_parameter = Operation {
            parameters: &[],
            errors: &[],
            ..READ_CONNECTION
        };
        let faults = check_examples(&[&READ_CONNECTION, &no_parameter]).join("\n");
        assert!(faults.contains("its id is used twice"), "{faults}");
        assert!(
            faults.contains("its method and path are used twice"),
            "{faults}"
        );
        assert!(faults.contains("its path has the parameters"), "{faults}");

        let wrong = Answer {
            example: Some(r#"{"status":"done"}"#),
            ..READ_CONNECTION.answers[0]
        };
        let mut faults = Vec::new();
        answer_example(&wrong, &mut |fault| faults.push(fault));
        assert!(faults[0].contains("status is \"done\""), "{faults:?}");
    }
}
