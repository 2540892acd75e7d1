//! The gallery: every component in every state.
use super::answers::{self, Answers, Asked};
use super::lists::Lists;
use super::words::TEXTS;
use crate::shell::work::{Area, Group, Side, Way, WorkShell};
use crate::ui::badge::Seal;
use crate::ui::page_head::PageHead;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The gallery, in a tenant's area or in the staff's.
#[derive(Clone, Copy)]
pub(crate) struct GalleryPage {
    asked: Asked,
}

impl GalleryPage {
    pub(crate) fn new() -> Self {
        Self { asked: Asked::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        let staff = use_location().pathname.get_untracked().ends_with("/staff");
        let way = |path, icon, name, count| Way { path, icon, name, count };
        let area = Area {
            side: if staff { Side::Staff } else { Side::Tenant },
            role: Some(texts.role.to_owned()),
            groups: vec![
                Group {
                    title: texts.shells,
                    ways: vec![
                        way("/dev/gallery", "users", texts.tenant, None),
                        way("/dev/gallery/staff", "server", texts.staff, Some(13)),
                    ],
                },
                Group { title: texts.elsewhere, ways: vec![way("/", "home", texts.home, None)] },
            ],
        };
        let above = if staff { vec![("/dev/gallery", texts.title.into())] } else { Vec::new() };
        let seal = view! { <Seal word=texts.verified proof=texts.verified_when/> }.into_any();
        view! {
            <WorkShell area>
                <PageHead
                    title=if staff { texts.staff } else { texts.title }
                    above
                    count=texts.people
                    about=seal
                    actions=answers::actions()
                />
                <div class="specimens">
                    <Answers asked=self.asked/>
                    <Lists/>
                </div>
            </WorkShell>
        }
        .into_any()
    }
}
